"""Roles and databases are made so that the server is told no secret."""

import psycopg
from psycopg.errors import Diagnostic

from caredesk.config import provisioning
from caredesk.config.embedded import Embedded


def test_a_roles_password_is_not_told_to_the_server_nor_to_its_log(cluster: Embedded) -> None:
    server, password = cluster.addresses().superuser, "a new role's own password"
    logged: list[str] = []

    def note(said: Diagnostic) -> None:
        logged.append(said.message_primary or "")

    with psycopg.connect(server, autocommit=True) as superuser:
        superuser.add_notice_handler(note)
        superuser.execute("SET log_statement = 'all'")
        superuser.execute("SET client_min_messages = 'log'")
        provisioning.make_role(superuser, "newcomer", password)
        superuser.execute("GRANT CONNECT ON DATABASE postgres TO newcomer")
        try:
            with psycopg.connect(server, user="newcomer", password=password) as newcomer:
                assert newcomer.info.user == "newcomer"
        finally:
            superuser.execute("REVOKE CONNECT ON DATABASE postgres FROM newcomer")
            superuser.execute("DROP ROLE newcomer")
    made = [line for line in logged if "CREATE ROLE" in line]
    assert len(made) == 1
    assert password not in made[0]
    assert "SCRAM-SHA-256$" in made[0]
