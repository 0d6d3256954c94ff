"""The core: entities, pure decisions, services and ports. Standard library only; no I/O, no clock, no environment."""
