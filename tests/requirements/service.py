"""What the service promises beside AWS's behaviour: its process, its data, its places. No paragraph of the fact sheet."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import OWN, Behaviour

# fmt: off
BEHAVIOURS = (
    Behaviour("service-01", "", OWN, "An acknowledged write survives kill -9, and the file stays sound."),
    Behaviour("service-02", "", OWN, "All data, signing keys included, is there after a restart."),
    Behaviour("service-03", "", OWN, "SIGTERM and SIGINT end the process with status 0, in time, leaving one file."),
    Behaviour("service-04", "", OWN, "A file that is no database, damaged, another program's or a newer version's is refused at once and left alone."),
    Behaviour("service-05", "", OWN, "A place that cannot be written to is refused at once, in words."),
    Behaviour("service-06", "", OWN, "One process has a data file; a second is told who has it."),
    Behaviour("service-07", "", OWN, "When the disk is full a write is an InternalErrorException, reads go on, nothing acknowledged is lost, and once there is room writes go on too."),
    Behaviour("service-08", "", OWN, "Data files of every released schema are opened by this version."),
    Behaviour("service-09", "", OWN, "The data file is readable by its owner only."),
    Behaviour("service-10", "", OWN, "Whatever fails inside is HTTP 500 InternalErrorException without details; the log has them."),
    Behaviour("service-11", "", OWN, "The service tells its address once it accepts connections, and refuses a port that is taken in words."),
    Behaviour("service-12", "", OWN, "Regions and accounts see nothing of each other."),
    Behaviour("service-13", "", OWN, "Many clients at once: no lost update, no 500, no stuck request, no growing memory."),
    Behaviour("service-14", "", OWN, "A walk through a list meets every entry that was there all the time once, whatever is added and removed."),
    Behaviour("service-15", "", OWN, "GET /health, and HEAD, as tools that wait for a service send it, answers that the service is well."),
    Behaviour("service-16", "", OWN, "A body that is too long or breaks off does nothing."),
    Behaviour("service-17", "", OWN, "The behaviour suite runs against AWS by option, in pools of its own, and deletes what it made."),
    Behaviour("service-18", "", OWN, "No login value, token or key stands in the log, whatever its level."),
    Behaviour("service-19", "", OWN, "At level info every request is a line of the log: what was called, by whom, and what came of it."),
)
