"""The numbers that a simulation records, by name; `docs/estimands.md` says what each one means."""

from __future__ import annotations

COUNTS = ("poor", "entries", "exits", "reentries", "sustained", "self_reliant")
MEASURES = ("gap", "severity", "remeasured")
HELPED = ("helped", "helped_sustained", "helped_self_reliant")
HURT = ("hurt", "hurt_sustained", "hurt_self_reliant")
REACH = ("reached", "reached_poor", "reached_anyway")
STATISTICS = COUNTS + MEASURES + HELPED + HURT + REACH
ADDITIONAL = ("additional", "additional_sustained", "additional_self_reliant")

PLACE = {name: place for place, name in enumerate(STATISTICS)}
UNITS = ("households", "persons")
FLOWS = ("received", "gain", "without")
HOUSEHOLD = ("poor_first", "poor_last", "sustained_last", "reached")

MEANING = {
    "poor": "true welfare below the line",
    "entries": "not poor at month 0, poor now",
    "exits": "poor at month 0, not poor now (gross: many leave without help)",
    "reentries": "poor at month 0, not poor at some month since, poor now",
    "sustained": "poor at month 0, not poor in each of the last months (12 unless said otherwise)",
    "self_reliant": "sustained, and no payment through the cash door in those months",
    "gap": "poverty gap: sum of (line - welfare) / line over the poor",
    "severity": "sum of squared gaps over the poor",
    "remeasured": "expected number below the line if a survey were run again, errors and all",
    "helped": "out now under the policy, not out without it",
    "helped_sustained": "sustained exit under the policy, not without it",
    "helped_self_reliant": "self-reliant exit under the policy, not without it",
    "hurt": "out now without the policy, not out under it",
    "hurt_sustained": "sustained exit without the policy, not under it",
    "hurt_self_reliant": "self-reliant without the policy, not under it (a payment in those months is enough)",
    "reached": "enrolled in a programme at some month of the horizon",
    "reached_poor": "enrolled, and truly poor at month 0",
    "reached_anyway": "enrolled, truly poor at month 0, and out now even without the policy",
    "additional": "helped less hurt: the effect on gross exits",
    "additional_sustained": "helped less hurt: the effect on sustained exits",
    "additional_self_reliant": "helped less hurt: the effect on self-reliant exits",
}
