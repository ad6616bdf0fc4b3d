"""What users may ask of the service beside AWS's behaviour: signatures, quotas, faults, seeds. All are off by default."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import OWN, Behaviour

# fmt: off
BEHAVIOURS = (
    Behaviour("options-01", "", OWN, "Without options the claims of login tokens are checked and signatures are not, which is said once at the start."),
    Behaviour("options-02", "", OWN, "--issuer names whose signatures are checked and with which keys: of a URL or of a file; other issuers' are not."),
    Behaviour("options-03", "", OWN, "--require-signatures refuses every login that cannot be checked; what has no signature has to be named as unverified."),
    Behaviour("options-04", "", OWN, "Keys are read when first needed, again after an hour, and once for a token with an unknown key id; the latest that were read count."),
    Behaviour("options-05", "", OWN, "Only configured addresses are asked for keys: neither one that a token names nor one that an answer redirects to."),
    Behaviour("options-06", "", OWN, "Waiting for an issuer is bounded, holds up nobody else, and asks once for all that wait."),
    Behaviour("options-07", "", OWN, "--quota moves a quota up or down, within the limits of the service model."),
    Behaviour("options-08", "", OWN, "--throttle takes AWS's published rates, or rates of one's own, for one operation or for all."),
    Behaviour("options-09", "", OWN, "--fault answers one operation or all with any of AWS's codes, always or by chance, and the operation has changed nothing."),
    Behaviour("options-10", "", OWN, "--latency lets every request wait, evenly spread around a mean."),
    Behaviour("options-11", "", OWN, "--random-seed makes the course of chance the same every time."),
    Behaviour("options-12", "", OWN, "Invalid requests meet no fault and cost no rate."),
    Behaviour("options-13", "", OWN, "--seed loads pools, roles, tags, principal tags, identities and logins from JSON or TOML before serving."),
    Behaviour("options-14", "", OWN, "A seed that breaks a rule is refused whole, with the place of each problem, and changes nothing."),
    Behaviour("options-15", "", OWN, "--dump writes the data as a seed that gives the same data again."),
    Behaviour("options-16", "", OWN, "The form of seeds is published as a JSON Schema, which dumps and accepted seeds satisfy."),
    Behaviour("options-17", "", OWN, "Every option has a variable too."),
    Behaviour("options-18", "", OWN, "An option that is written wrongly ends the program with status 2 and words that say what to write."),
    Behaviour("options-19", "", OWN, "POST /signed-out tells which users are signed out of their user pool; tokens that were issued later are good again."),
    Behaviour("options-20", "", OWN, "POST /reset brings the data of one account or of all back to the start: empty, or what the seed says; it forgets who is signed out, and keeps the signing keys."),
    Behaviour("options-21", "", OWN, "GET /dump answers what --dump writes, while the service runs."),
    Behaviour("options-22", "", OWN, "Web pages may call the operations, but neither /reset nor /dump nor /signed-out."),
    Behaviour("options-23", "", OWN, "--seed-if-empty loads the seed only into data without a pool, so that every start can name it."),
)
