"""What the application's database role may do. Granted by the owner after each migration.

The application may read, insert and update; it may delete from the tables named here and from no
other, it can neither rewrite nor empty a log, and of a fact it can change its end and nothing else.
"""

from typing import Any

import psycopg
from psycopg import sql

# What is only of the moment, or made anew from what is kept (the index of the search for people).
# `procrastinate_workers` holds the heartbeats of running workers; finished jobs are swept.
DELETABLE = (
    "access_failures",
    "access_session",
    "audit_settlingsearch",
    "people_patientword",
    "people_searchline",
    "procrastinate_workers",
    "procrastinate_jobs",
    "ui_draft",
)

# Written once, never changed. The columns are those that only the database fills: a row's place
# in its log and its time.
APPEND_ONLY = {
    "audit_entry": ("epoch", "xid", "seq", "at"),
    "audit_seal": ("sealed_at",),
    "kernel_event": ("xid", "seq", "at"),
}

# Facts: what somebody did or said, and when. Only these of their columns change afterwards: the
# dates at which a fact ends, is taken back or holds again.
FACTS: dict[str, tuple[str, ...]] = {
    "access_adaptation": ("ended_at", "ended_by"),
    "access_authenticatorapp": ("last_step", "ended_at"),
    "access_factordemand": ("ended_at",),
    "access_liftedwait": (),
    "access_onetimepassword": ("ended_at",),
    "access_passkey": ("name", "sign_count", "is_backed_up", "used_at", "ended_at"),
    "access_recoverycode": ("used_at", "ended_at"),
    "access_externalidentity": ("ended_at",),
    "access_programtoken": ("last_used_at", "ended_at", "ended_by", "ended_by_label"),
    "access_rolegrant": ("ended_at",),
    "access_signinemail": ("ended_at",),
    "access_wideraccess": (),
    "access_user": ("password", "last_login", "is_active"),
    "files_attachment": (),
    "files_chunk": (),
    "files_filekey": ("wrapped", "wrapped_by"),
    "kernel_deed": ("undone_at", "undone_by"),
    "kernel_reacted": (),
    "people_address": ("ended_at",),
    "people_alert": ("ended_at",),
    "people_document": (),
    "people_documentwithdrawal": ("taken_back_at", "taken_back_by"),
    "people_brokenglass": ("ended_at",),
    "people_codewordcheck": (),
    "people_email": ("ended_at",),
    "people_patientidentifier": ("ended_at",),
    "people_phone": ("ended_at",),
    "people_restriction": ("ended_at", "ended_by", "ended_by_label"),
    "people_toldapart": (),
    "privacy_accessday": (),
    "privacy_accessreview": ("withdrawn_at",),
    "privacy_accounting": (),
    "privacy_disclosure": ("withdrawn_at",),
    "privacy_ownrecord": ("ended_at",),
    "privacy_suspension": ("ended_at",),
    "privacy_unusualaccess": (),
    "privacy_review": ("withdrawn_at",),
    "scheduling_appointmentidentifier": (),
    "scheduling_availability": ("valid_until", "replaced_at"),
    "scheduling_availabilityexception": ("withdrawn_at",),
    "scheduling_booking": ("released_at",),
    "scheduling_cancellation": ("withdrawn_at", "withdrawn_by"),
    "scheduling_hold": ("released_at",),
    "scheduling_justification": (),
    "scheduling_move": (),
    "scheduling_openrequirement": ("settled_at", "settled_by"),
    "scheduling_overbooking": (),
    "scheduling_participant": ("ended_at",),
    "scheduling_requirement": ("ended_at",),
    "scheduling_requirementresource": (),
    "scheduling_step": ("retracted_at", "retracted_by"),
    "tasks_escalation": (),
    "tasks_settlement": ("withdrawn_at",),
    "tasks_taking": ("ended_at",),
    "tasks_task": (),
    "workforce_practitioneridentifier": (),
}

# What only the owner writes: the epochs of the audit log, and Django's own bookkeeping.
READ_ONLY = (
    "audit_epoch",
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
)

_LOCK = 7_201_544_113

_TABLES = """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY c.relname"""

_COLUMNS = """SELECT attname FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""

# The whole of a table, where a right is not given on some of its columns.
type Columns = list[str] | None

_TOO_MUCH = """SELECT
  rolsuper AS "is a superuser",
  rolcreatedb AS "may create databases",
  rolcreaterole AS "may create roles",
  rolreplication AS "may replicate, and so read everything",
  rolbypassrls AS "ignores row security",
  pg_has_role(oid, (SELECT datdba FROM pg_database WHERE datname = current_database()),
    'MEMBER') AS "owns the database",
  EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND pg_has_role(r.oid, c.relowner, 'MEMBER')) AS "owns tables",
  EXISTS (SELECT 1 FROM pg_roles great WHERE great.rolname = ANY(%s)
    AND pg_has_role(r.oid, great.oid, 'MEMBER')) AS "is a member of a role that may do more"
FROM pg_roles r WHERE rolname = current_user"""

# PostgreSQL's own roles that reach past the rights on our tables.
_GREAT = [
    "pg_read_all_data",
    "pg_write_all_data",
    "pg_maintain",
    "pg_read_server_files",
    "pg_write_server_files",
    "pg_execute_server_program",
    "pg_create_subscription",
    "pg_checkpoint",
    "pg_signal_backend",
]


def grant(owner: psycopg.Connection[Any], application: str) -> None:
    """Give the application's role what it needs and nothing else. Doing it again is harmless."""
    role = sql.Identifier(application)
    with owner.transaction():
        owner.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        for statement in (
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}",
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        ):
            owner.execute(sql.SQL(statement).format(role))
        for (table,) in owner.execute(_TABLES).fetchall():
            columns = [name for (name,) in owner.execute(_COLUMNS, [table]).fetchall()]
            given = sql.SQL(", ").join(
                _right(name, on) for name, on in rights_on(table, columns).items()
            )
            owner.execute(
                sql.SQL("GRANT {} ON {} TO {}").format(given, sql.Identifier(table), role)
            )


def rights_on(table: str, columns: list[str]) -> dict[str, Columns]:
    """The rights of the application's role on a table with these columns."""
    if table in READ_ONLY:
        return {"SELECT": None}
    if table in APPEND_ONLY:
        given = [name for name in columns if name not in APPEND_ONLY[table]]
        return {"SELECT": None, "INSERT": given}
    if table in FACTS:
        ends = {"UPDATE": list(FACTS[table])} if FACTS[table] else {}
        return {"SELECT": None, "INSERT": None, **ends}
    if table in DELETABLE:
        return {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None}
    return {"SELECT": None, "INSERT": None, "UPDATE": None}


def _right(name: str, on: Columns) -> sql.Composable:
    if on is None:
        return sql.SQL(name)
    return sql.SQL("{} ({})").format(
        sql.SQL(name),
        sql.SQL(", ").join(map(sql.Identifier, on)),
    )


def too_powerful(connection: psycopg.Connection[Any]) -> list[str]:
    """Why this connection's role must not serve: empty where it is the application's."""
    cursor = connection.execute(_TOO_MUCH, [_GREAT])
    row, names = cursor.fetchone(), [column.name for column in cursor.description or ()]
    return [name for name, has in zip(names, row or (), strict=True) if has]
