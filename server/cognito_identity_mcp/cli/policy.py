"""`policy`: what the policy says about each tool, and why it decides one call as it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import anyio
import click
from click.exceptions import Exit
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cognito_identity_mcp import logs, rendering
from cognito_identity_mcp.app import services
from cognito_identity_mcp.cli import options, output, terminal
from cognito_identity_mcp.cli.call import exit_status, key_values, read_arguments
from cognito_identity_mcp.cli.exits import fail
from cognito_identity_mcp.cli.groups import Group
from cognito_identity_mcp.cli.policy_inquiry import Inquiry, inquire
from cognito_identity_mcp.cli.state import with_database
from cognito_identity_mcp.errors import ToolError
from cognito_identity_mcp.policy import file as policy_file
from cognito_identity_mcp.policy.decision import Policy, Verdict
from cognito_identity_mcp.policy.explanation import Considered
from cognito_identity_mcp.policy.overview import Outlook, outlook, refusal
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.toolbox import TOOLS
from cognito_identity_mcp.workflows.catalogue import WORKFLOWS
from cognito_identity_tools.catalogue import OPERATIONS

policy = Group("policy", help="See what is allowed, asked and refused, and why.")


@dataclass(frozen=True)
class _Grant:
    """`objection`: why it does not cover the call; None if it does."""

    id: str
    objection: str | None


@policy.command()
@output.as_json
@options.with_settings(*options.RULES)
def show(settings: Settings, as_json: bool) -> None:
    """Print what is decided for each tool, and by what.

    Beside it stand the rules that may change it for some calls. A call's effect can be lower or higher than the
    tool's usual one; for one call: policy explain OPERATION ARGUMENTS.
    """
    with options.settings_errors():
        rules = policy_file.policy(settings)
    outlooks = [outlook(rules, tool) for tool in TOOLS.values()]
    if as_json:
        output.print_json({"tools": [_outlook_data(rules, each) for each in outlooks]})
    else:
        Console().print(_outlook_table(outlooks))


@policy.command()
@click.argument("tool", metavar="OPERATION", help="As delete_identity_pool.")
@key_values
@click.option("--scope", multiple=True, metavar="SCOPE", help="A scope of the caller's token; repeat for more.")
@output.as_json
@options.with_settings(*options.PLACE, *options.RULES, "state", "log_level", log_level="warning")
def explain(settings: Settings, tool: str, arguments: tuple[str, ...], scope: tuple[str, ...], as_json: bool) -> None:
    """Say what would be decided about one call, and why.

    Says which rule decides, and why each rule matches or does not. Reads the live state that the decision rests on,
    as the call itself would; makes no call that changes something.

    Exit status: 0 explained, 1 crash, 2 wrong arguments or settings, 4 the service answered with an error, 5 no answer:
    no credentials, no such AWS profile, no connection.
    """
    operation = OPERATIONS.get(tool)
    if operation is None:
        fail(_no_operation(tool))
    values = read_arguments(operation, arguments)
    logs.configure(settings.log_level, settings.log_format)
    try:
        with options.settings_errors():
            rules = policy_file.policy(settings)
            found = anyio.run(inquire, services(settings), rules, operation, values, frozenset(scope))
    except ToolError as error:
        failed = rendering.failure(error.failure)
        terminal.show(failed, as_json=as_json)
        raise Exit(exit_status(failed)) from None
    _answer(found, _grants(found, settings.state), as_json=as_json)


def _no_operation(name: str) -> str:
    """A workflow tool is not explained by itself; `policy show` says what is decided about it."""
    if name in WORKFLOWS and WORKFLOWS[name].runs:
        return (
            f"{name} is decided step by step: explain the operations that it runs: {', '.join(WORKFLOWS[name].runs)}."
        )
    close = "".join(f" Did you mean {each}?" for each in get_close_matches(name, OPERATIONS, n=1))
    return f"There is no operation {name!r}.{close} Operations are: {', '.join(OPERATIONS)}."


def _answer(found: Inquiry, grants: list[_Grant], *, as_json: bool) -> None:
    if as_json:
        output.print_json({**_inquiry_data(found), "grants": [vars(each) for each in grants]})
    else:
        _print_inquiry(found, grants)


def _grants(found: Inquiry, state: Path | None) -> list[_Grant]:
    """The grants that hold now, and whether each covers the call; they matter only where it would be asked about."""
    folder = StateFolder.at(state)
    if found.explanation.decision.verdict is not Verdict.CONFIRM or not folder.database.exists():
        return []

    async def asked(database: Database) -> list[_Grant]:
        from cognito_identity_mcp.confirmation.grants import Grants

        grants = Grants(database)
        return [_Grant(each.id, await grants.objection(each, found.matter)) for each in await grants.latest()]

    return with_database(state, asked)


def _outlook_data(policy: Policy, each: Outlook) -> dict[str, Any]:
    return {
        "tool": each.tool.name,
        "effect": each.tool.effect,
        "decision": each.decision.verdict,
        "decided_by": each.decision.rule,
        "refused_outright": refusal(policy, each.tool) is not None,
        "rules": [{"name": rule.name, "decision": rule.verdict} for rule in each.rules],
    }


def _outlook_table(outlooks: list[Outlook]) -> Table:
    table = Table("Tool", "Decision", "Decided by; what may change it")
    table.columns[0].no_wrap = True
    for each in outlooks:
        reasons = [each.decision.rule, *(f"{rule.verdict}: {rule.name}" for rule in each.rules)]
        table.add_row(*_plain(f"{each.tool.name}\n  {each.tool.effect}", each.decision.verdict, "\n".join(reasons)))
    return table


def _inquiry_data(found: Inquiry) -> dict[str, Any]:
    facts, findings, why = found.facts, found.assessment.findings, found.explanation
    return {
        "tool": facts.tool,
        "decision": why.decision.verdict,
        "decided_by": why.decision.rule,
        "effect": findings.effect,
        "consequence": findings.consequence,
        "warnings": list(findings.warnings),
        "region": facts.region,
        "account": facts.account,
        "pool": facts.pool and {"id": facts.pool.id, "name": facts.pool.name, "tags": facts.pool.tags},
        "scopes": sorted(facts.scopes or ()),
        "said_by": [{"decision": each.verdict, "rule": each.rule} for each in why.opinions],
        "rules": [_considered_data(each) for each in why.considered],
    }


def _considered_data(each: Considered) -> dict[str, Any]:
    return {
        "name": each.rule.name,
        "decision": each.rule.verdict,
        "match": each.match,
        "conditions": [
            {"condition": finding.condition, "match": finding.match, "why": finding.why} for finding in each.findings
        ],
    }


def _print_inquiry(found: Inquiry, grants: list[_Grant]) -> None:
    """A table for each part of the answer."""
    console = Console()
    console.print(_summary_table(found))
    console.print(_said_table(found))
    if found.explanation.considered:
        console.print(_considered_table(found.explanation.considered))
    if grants:
        console.print(_grants_table(grants))


def _summary_table(found: Inquiry) -> Table:
    table = Table(show_header=False)
    data = _inquiry_data(found)
    for name in ("tool", "decision", "decided_by", "effect", "consequence", "region", "account"):
        table.add_row(*_plain(name, data[name] or "not known"))
    pool = found.facts.pool
    if pool is not None:
        tags = "not known" if pool.tags is None else ", ".join(f"{key} = {value}" for key, value in pool.tags.items())
        table.add_row(*_plain("pool", f"{pool.id or 'a new one'}\nname: {pool.name or 'not known'}\ntags: {tags}"))
    table.add_row(*_plain("warnings", "\n".join(found.assessment.findings.warnings)))
    return table


def _said_table(found: Inquiry) -> Table:
    table = Table("Decision", "Said by", title="The strictest of these decides", title_justify="left")
    for each in found.explanation.opinions:
        table.add_row(*_plain(each.verdict, each.rule))
    return table


def _considered_table(considered: tuple[Considered, ...]) -> Table:
    table = Table("Rule", "Decision", "Match", "Conditions", title="Rules", title_justify="left")
    for each in considered:
        conditions = "\n".join(f"{one.condition} {one.match}: {one.why}" for one in each.findings)
        table.add_row(*_plain(each.rule.name, each.rule.verdict, each.match, conditions))
    return table


def _grants_table(grants: list[_Grant]) -> Table:
    table = Table("Grant", "Lets it through", title="Grants that hold now", title_justify="left")
    for each in grants:
        table.add_row(
            *_plain(each.id, "yes, while calls are left" if each.objection is None else f"no: {each.objection}")
        )
    return table


def _plain(*cells: str) -> Iterator[Text]:
    yield from map(output.cell, cells)
