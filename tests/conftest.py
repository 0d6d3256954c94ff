"""What all tests share: one thread for torch and BLAS, no proxy between loopback and us, no settings of the person's own."""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
for _name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("BYLINE_")]:
    del os.environ[_name]
