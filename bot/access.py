"""Who may do what: roles from the settings and from the store, the first owner's one-time code, invitations.

A role in the settings beats one in the store. In private mode only people with a role are served; a ban holds in every
mode. Raises NotAllowed (`not_allowed`, `not_admin`, `not_owner`, `owner_stays`, `banned`), BadRequest (`code_wrong`).
"""

import secrets
from datetime import datetime, timedelta

from bot.settings import Access as Mode, Settings
from news.audience import Invitation, Person, Role
from news.errors import BadRequest, NotAllowed
from news.ports import OpenUnitOfWork

CODE_TRIES = 5  # wrong codes until the code is worth nothing; a restart makes a new one
INVITATION_DAYS = 7
_RANK = {None: 0, Role.BANNED: 0, Role.READER: 1, Role.ADMIN: 2, Role.OWNER: 3}


class Access:
    """Roles of people."""

    def __init__(self, settings: Settings, open_unit: OpenUnitOfWork) -> None:
        self._settings = settings
        self._open_unit = open_unit
        self._code: str | None = None
        self._tries = 0

    @property
    def private(self) -> bool:
        """Whether only people with a role are served."""
        return self._settings.access is Mode.PRIVATE

    async def role(self, user_id: int) -> Role | None:
        """What this person is; None is somebody unknown."""
        if user_id in self._settings.admins:
            return Role.OWNER
        async with self._open_unit(readonly=True) as unit:
            person = await unit.chats.person(user_id)
        if person is not None:
            return person.role
        return Role.READER if user_id in self._settings.readers else None

    def check_reader(self, role: Role | None) -> None:
        """May this person use the bot at all."""
        if role is Role.BANNED:
            raise NotAllowed("This person is banned.", code="banned")
        if self.private and role is None:
            raise NotAllowed("This bot is private.")

    @staticmethod
    def check_admin(role: Role | None) -> None:
        """May this person change what all readers share."""
        if _RANK[role] < _RANK[Role.ADMIN]:
            raise NotAllowed("This is for admins.", code="not_admin")

    async def owners(self) -> tuple[int, ...]:
        """Admins and owners, to be told of faults."""
        async with self._open_unit(readonly=True) as unit:
            people = await unit.chats.people()
        stored = (person.user_id for person in people if _RANK[person.role] >= _RANK[Role.ADMIN])
        return tuple(dict.fromkeys((*self._settings.admins, *stored)))

    async def code(self) -> str | None:
        """The one-time code that makes its sender the owner; None where there is an admin already."""
        if await self.owners():
            return None
        if self._code is None:
            self._code = secrets.token_hex(4)
        return self._code

    async def claim(self, user_id: int, code: str, now: datetime) -> Role:
        """What the sender of a code becomes: the owner by the start's code, a reader by an invitation."""
        present = await self.role(user_id)
        if present is Role.BANNED:
            raise NotAllowed("This person is banned.", code="banned")
        if present is None and await self._redeemed(code, now):
            return await self._appoint(user_id, Role.READER, now)
        expected = self._code
        if present is not None and expected is None:
            return present  # who has been let in follows the link once more
        if expected is None or self._tries >= CODE_TRIES:
            raise BadRequest("This code is not valid.", code="code_wrong")
        if not secrets.compare_digest(code.encode(), expected.encode()):
            self._tries += 1
            raise BadRequest("This code is not valid.", code="code_wrong")
        self._code = None
        return await self._appoint(user_id, Role.OWNER, now)

    async def invite(self, by: int, now: datetime, uses: int = 1, days: int = INVITATION_DAYS) -> Invitation:
        """A code for `/start` that lets so many people in within so many days."""
        invitation = Invitation(code=secrets.token_urlsafe(8), until=now + timedelta(days=days), uses=uses, made_by=by)
        async with self._open_unit() as unit:
            await unit.chats.invite(invitation)
            await unit.commit()
        return invitation

    async def _redeemed(self, code: str, now: datetime) -> bool:
        async with self._open_unit() as unit:
            taken = await unit.chats.redeem(code, now)
            await unit.commit()
        return taken

    async def appoint(self, by: Role | None, user_id: int, role: Role | None, now: datetime) -> None:
        """Give somebody a role, or take it; only owners make and unmake admins, nobody changes an owner."""
        self.check_admin(by)
        present = await self.role(user_id)
        if present is Role.OWNER:
            raise NotAllowed("An owner's role is not changed in chat.", code="owner_stays")
        if Role.ADMIN in {present, role} and by is not Role.OWNER:
            raise NotAllowed("Only the owner may do this.", code="not_owner")
        if role is None:
            await self.dismiss(user_id)
        else:
            await self._appoint(user_id, role, now)

    async def dismiss(self, user_id: int) -> None:
        """Forget a person's role."""
        async with self._open_unit() as unit:
            await unit.chats.dismiss(user_id)
            await unit.commit()

    async def _appoint(self, user_id: int, role: Role, now: datetime) -> Role:
        present = await self.role(user_id)
        if present is Role.BANNED and role is Role.READER and user_id not in self._settings.admins:
            async with self._open_unit() as unit:
                await unit.chats.appoint(Person(user_id, Role.READER, now))
                await unit.commit()
            return Role.READER
        if _RANK[present] >= _RANK[role] and role is not Role.BANNED and present is not Role.ADMIN:
            return present or role
        async with self._open_unit() as unit:
            await unit.chats.appoint(Person(user_id, role, now))
            await unit.commit()
        return role
