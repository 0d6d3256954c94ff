"""What admins do about people: /admins, /promote, /demote, /ban, /invite, /audit."""

from bot import markup
from bot.access import INVITATION_DAYS
from bot.desk import Desk, Visit
from news.audience import Address, Role
from news.errors import BadRequest

MOST_USES = 1_000  # of one invitation
MOST_DAYS = 365
AUDITED = 20  # actions that /audit shows


async def invite(desk: Desk, visit: Visit) -> None:
    """/invite [PEOPLE] [DAYS]: a link that lets one person in for a week, or as many for as long as is said."""
    given = visit.words.split()
    if len(given) > 2 or not all(word.isdecimal() and len(word) < 5 for word in given):
        await desk.tell(visit, "admin.invite_what")
        return
    uses, days = (int(word) for word in (*given, *("1", str(INVITATION_DAYS))[len(given) :]))
    uses, days = min(max(uses, 1), MOST_USES), min(max(days, 1), MOST_DAYS)
    made = await desk.access.invite(visit.user_id, visit.now, uses, days)
    await desk.record(visit, "invite", f"{uses} {days}")
    link = f"https://t.me/{desk.line.username}?start={made.code}"
    until = visit.texts.long_day(made.until, visit.chat.timetable.zone)
    await desk.tell(visit, "admin.invited", n=uses, until=until, link=link)


async def admins(desk: Desk, visit: Visit) -> None:
    """Who has a role."""
    async with desk.services.open_unit(readonly=True) as unit:
        people = await unit.chats.people()
    roles = {person.user_id: person.role for person in people}
    roles.update(dict.fromkeys(desk.services.settings.admins, Role.OWNER))
    lines = [
        desk.words(visit, "admin.person", user=str(user), role=visit.texts(f"admin.role_{role.value}"))
        for user, role in sorted(roles.items())
    ]
    await desk.say(visit, markup.join((desk.words(visit, "admin.admins"), *lines), "\n"))


async def promote(desk: Desk, visit: Visit) -> None:
    """/promote NUMBER: the person of that number becomes an admin."""
    await _appoint(desk, visit, "promote", Role.ADMIN, "admin.promoted")


async def demote(desk: Desk, visit: Visit) -> None:
    """/demote NUMBER: takes a role back, a ban too."""
    await _appoint(desk, visit, "demote", None, "admin.demoted")


async def ban(desk: Desk, visit: Visit) -> None:
    """/ban NUMBER: the person of that number is answered no more."""
    await _appoint(desk, visit, "ban", Role.BANNED, "admin.banned")


async def _appoint(desk: Desk, visit: Visit, action: str, role: Role | None, key: str) -> None:
    number = visit.words.strip()
    if not number.isdecimal() or len(number) > 15:
        raise BadRequest("Write the person's number.", code="person_unknown")
    await desk.access.appoint(visit.role, int(number), role, visit.now)
    await desk.record(visit, action, number)
    if role is Role.BANNED or (role is None and desk.access.private):
        await _silence(desk, int(number), visit)
    await desk.line.set_menu(int(number), role is Role.ADMIN)
    await desk.tell(visit, key, user=number)


async def _silence(desk: Desk, user_id: int, visit: Visit) -> None:
    """Who may ask nothing any more is sent nothing either."""
    private = await desk.services.chats.get(Address(user_id))
    if private is not None:
        await desk.services.chats.unsubscribe(private.id, visit.now)


async def audit(desk: Desk, visit: Visit) -> None:
    """What admins did lately, latest first."""
    async with desk.services.open_unit(readonly=True) as unit:
        done = await unit.chats.actions(AUDITED)
    if not done:
        await desk.tell(visit, "admin.audit_none")
        return
    lines = [
        desk.words(
            visit,
            "admin.audit_line",
            at=visit.texts.moment(each.at, visit.chat.timetable.zone),
            user=str(each.user_id),
            action=each.action,
            subject=" ".join(each.subject.split())[:60],
        )
        for each in done
    ]
    await desk.say(visit, markup.join((desk.words(visit, "admin.audit_title"), *lines), "\n"))
