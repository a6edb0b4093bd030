"""A policy in time, in one draw: who is enrolled at month 0, and who leaves and enters at reviews."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from graduasi._typing import Array, Columns
from graduasi.policy.enrolment import NOT_ENROLLED, Enrolment, Segments, common_refinement, enrol
from graduasi.policy.exits import NEVER
from graduasi.policy.offer import Offer
from graduasi.policy.programme import Adaptive, Policy, Programme
from graduasi.policy.registry import Registry, RegistryView
from graduasi.uncertain import as_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.income import Observed
    from graduasi.policy.lanes import Lanes

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Bools = NDArray[np.bool_]
    Index = NDArray[np.intp]

FRESH = -1  # parent of a segment of households that no programme has reached before


class Registries:
    """What registries see, month by month; each looks once a month, whoever asks.

    weight, members, columns, keys : of all households, shape (household,). observe : `ProcessDraw.observe`.
    """

    def __init__(
        self,
        observe: Callable[[Singles, float, Singles, int], Observed],
        lanes: Lanes,
        *,
        weight: Floats,
        members: Floats,
        keys: NDArray[np.uint64],
        columns: Columns,
    ) -> None:
        self.lanes, self.weight, self.members, self.keys, self.columns = lanes, weight, members, keys, columns
        self._observe = observe
        self._scores = np.empty(0, dtype=np.float32)
        self._ratio: Floats | None = None
        self._month = NOT_ENROLLED
        self._looks: dict[str, Observed] = {}
        self._accepts: dict[str, Bools | None] = {}

    def go_to(self, month: int, scores: Singles, ratio: Floats | None = None) -> None:
        """Take in the true scores of a month without help, shape (household,).

        ratio : what stocks multiply the welfare of luck alone by without help, shape (household,); None where no
        stock moves.
        """
        self._month, self._scores, self._ratio, self._looks = month, scores, ratio, {}

    def view(self, registry: Registry, row: Index, weight: Floats, ratio: Floats | None = None) -> RegistryView:
        """Return what a registry sees of units in this month; see `RegistryView`.

        ratio : what help multiplies their welfare without help by, shape (unit,); one where it is None.
        """
        if registry.name not in self._looks:
            self._looks[registry.name] = registry.observe(
                lambda share, noise: self._observe(self._scores, share, noise, self._month),
                self.lanes,
                self._month,
            )
        whole = row.size == self.weight.size and ratio is None
        columns = self.columns if whole else self.known(row)
        if self._ratio is not None:
            ratio = self._ratio[row] if ratio is None else ratio * self._ratio[row]
        return RegistryView(
            observed=self._looks[registry.name],
            row=row,
            weight=weight,
            keys=self.keys if whole else self.keys[row],
            ratio=ratio,
            columns=columns,
        )

    def known(self, row: Index) -> dict[str, Array]:
        """Return the columns of households, shape (row,) each."""
        return {name: values[row] for name, values in self.columns.items()}

    def candidates(self, programme: Programme, view: RegistryView) -> Bools:
        """Return who is eligible and accepts, shape (unit,)."""
        candidate = programme.eligibility.holds(view)
        take_up = as_number(programme.take_up)
        if take_up < 1.0:
            if programme.name not in self._accepts:
                self._accepts[programme.name] = self.lanes.uniforms(f"take-up: {programme.name}") < take_up
            accepts = self._accepts[programme.name]
            assert accepts is not None
            candidate = candidate & accepts[view.row]
        return candidate


class Roster:
    """One policy in time. offers : of all policies; own : positions of this policy's programmes, in order."""

    def __init__(self, policy: Policy, offers: Sequence[Offer], registries: Registries) -> None:
        self.policy, self.offers, self.registries = policy, offers, registries
        names = [offer.programme for offer in offers]
        self.own = [names.index(programme) for programme in policy.programmes]
        self.waiting = {rule: names.index(rule.programme) for rule in policy.adaptive}
        self.dose = np.ones(len(offers))
        self.left_behind = np.zeros(
            len(offers)
        )  # money spent that the segments do not tell: see `_leave`, `_admit`
        self.begun = list(self.own)
        self.segments = Segments.none(len(offers))
        self._counts: dict[Adaptive, float] = {}

    def months(self, horizon: int) -> set[int]:
        """Return the months at which the registry must look after month 0."""
        months = {rule.month for rule in self.policy.adaptive}
        for place in (*self.own, *self.waiting.values()):
            review = self.offers[place].programme.review
            if review is not None:
                months |= set(review.months(horizon))
        return {month for month in months if month <= horizon}

    def begin(self, known: dict[int, Enrolment]) -> None:
        """Enrol at month 0. known : enrolments of programmes that other policies share, by offer."""
        enrolments: list[Enrolment | None] = [None] * len(self.offers)
        spent = 0.0
        alone = self.policy.budget is None
        for place in self.own:
            if alone and place in known:
                enrolments[place] = known[place]
            else:
                enrolments[place] = self._first(place, spent)
                if alone:
                    known[place] = enrolments[place]  # type: ignore[assignment]
            done = enrolments[place]
            assert done is not None
            spent += done.committed
            self.dose[place] = done.dose
        self.segments = common_refinement(enrolments)
        for rule in self.waiting:
            self._counts[rule] = self._count(rule, None)

    def review(self, month: int, ratio: Floats) -> Index:
        """Look again: households leave, programmes are added, free places are filled, in this order.

        ratio : what help multiplies welfare by, shape (segment,). Returns the segment that each segment was before,
        shape (segment,); FRESH where it was none.
        """
        due = [place for place in self.begun if self._looks(place, month)]
        for place in due:
            self._leave(place, month, ratio)
        counts = {rule: self._count(rule, ratio) for rule in self.waiting if rule.month == month}
        parent = np.arange(self.segments.row.size)
        for rule, count in counts.items():
            if count > (1.0 - rule.fall) * self._counts[rule]:
                self.begun.append(self.waiting[rule])
                parent = self._fill(self.waiting[rule], month, ratio, parent)
        for place in due:
            review = self.offers[place].programme.review
            if review is not None and review.fills:
                parent = self._fill(place, month, ratio, parent)
        return parent

    def _looks(self, place: int, month: int) -> bool:
        """Whether a programme's registry looks again in a month."""
        review = self.offers[place].programme.review
        return review is not None and month in review.months(self.offers[place].months)

    def _first(self, place: int, spent: float) -> Enrolment:
        offer, registries = self.offers[place], self.registries
        programme = offer.programme
        view = registries.view(programme.registry, np.arange(registries.weight.size), registries.weight)
        return enrol(
            offer,
            view,
            rank=programme.targeting.rank(view, registries.lanes, programme.name),
            candidate=registries.candidates(programme, view),
            members=registries.members,
            money=self._money(offer, 0.0, spent),
            places=programme.rollout.households,
            start=programme.rollout.start,
        )

    def _money(self, offer: Offer, committed: float, spent: float) -> float | None:
        """What is left to spend on an offer, start-up included where it has not begun; None without a limit.

        committed : on the offer; spent : on all offers of the policy.
        """
        limits = []
        if offer.programme.budget is not None:
            limits.append(offer.programme.budget.amount - committed)
        if self.policy.budget is not None:
            limits.append(self.policy.budget.amount - spent)
        if not limits:
            return None
        return min(limits) - (0.0 if committed else offer.start_up)

    def _committed(self, place: int) -> float:
        """Money spent on an offer and promised up to the horizon [currency]."""
        segments, offer, registries = self.segments, self.offers[place], self.registries
        ever = np.flatnonzero(segments.month_in[place] >= 0)
        if not ever.size:
            return float(self.left_behind[place])
        row = segments.row[ever]
        each = offer.commitment(
            registries.members[row],
            registries.known(row),
            segments.month_in[place, ever].astype(np.intp),
            segments.month_out[place, ever].astype(np.intp),
        )
        total = float((segments.weight[ever] * each).sum()) * float(self.dose[place])
        return total + offer.start_up + float(self.left_behind[place])

    def _leave(self, place: int, month: int, ratio: Floats) -> None:
        """End the time of those who meet an exit rule; who has been enrolled in this month is not looked at."""
        segments, offer = self.segments, self.offers[place]
        inside = (segments.month_in[place] >= 0) & (segments.month_in[place] < month)
        inside &= month < segments.month_out[place]
        view, _ = self._everybody(offer.programme.registry, ratio)
        leaves = np.zeros(view.row.size, dtype=bool)
        for rule in offer.programme.exits:
            leaves |= rule.leaves(view, month)
        gone = np.flatnonzero(leaves[: inside.size] & inside)
        if not gone.size:
            return
        # Insurance of this month was paid with the state that the registry has seen.
        row, since = segments.row[gone], month - segments.month_in[place, gone].astype(np.intp)
        insured = offer.ceiling(self.registries.members[row], self.registries.known(row), since)
        self.left_behind[place] += float((segments.weight[gone] * insured).sum()) * float(self.dose[place])
        month_out = segments.month_out.copy()
        month_out[place, gone] = month
        self.segments = evolve(segments, month_out=month_out)

    def _everybody(self, registry: Registry, ratio: Floats) -> tuple[RegistryView, Index]:
        """Return the view of all households, and the segment of each unit.

        Units are the parts of records that help has reached, in the order of the segments, then what is left of
        records, FRESH. ratio : shape (segment,).
        """
        segments, registries = self.segments, self.registries
        taken = np.bincount(segments.row, weights=segments.weight, minlength=registries.weight.size)
        rest = registries.weight - taken
        # weights (5, 2, 0), segments of rows (0, 1) with (3, 2) -> rest (2, 0, 0), units of rows (0, 1, 0, 2)
        whole = np.flatnonzero((rest > 0) | (registries.weight == 0))
        row = np.concatenate([segments.row, whole])
        view = registries.view(
            registry,
            row,
            np.concatenate([segments.weight, rest[whole]]),
            np.concatenate([ratio, np.ones(whole.size)]) if segments.row.size else None,
        )
        return view, np.concatenate([np.arange(segments.row.size), np.full(whole.size, FRESH)])

    def _fill(self, place: int, month: int, ratio: Floats, parent: Index) -> Index:
        """Give free places to households that are not enrolled; returns the parents anew."""
        offer, registries, segments = self.offers[place], self.registries, self.segments
        programme = offer.programme
        month_in, month_out = segments.month_in[place], segments.month_out[place]
        ever, now = month_in >= 0, (month_in >= 0) & (month_out > month)
        again = programme.review is not None and programme.review.re_entry
        view, segment_of = self._everybody(programme.registry, _helped(ratio, parent))
        free = np.ones(view.row.size, dtype=bool)
        free[: now.size] = ~now & (~ever | again) & (month_out != month)
        places = programme.rollout.households
        spent = sum(self._committed(other) for other in self.begun)
        done = enrol(
            offer,
            view,
            rank=programme.targeting.rank(view, registries.lanes, programme.name),
            candidate=registries.candidates(programme, view) & free,
            members=registries.members[view.row],
            money=self._money(offer, self._committed(place), spent),
            places=None if places is None else max(places - float(segments.weight[now].sum()), 0.0),
            start=max(month, programme.rollout.start),
            promised=self._promised(place),
        )
        if not ever.any():
            self.dose[place] = done.dose
        return self._admit(place, done, segment_of, view.row, parent)

    def _promised(self, place: int) -> Floats | None:
        """Return households by month of enrolment, shape (month,); None where no month has slots of its own."""
        offer = self.offers[place]
        if offer.programme.rollout.monthly is None:
            return None
        month_in = self.segments.month_in[place]
        ever = month_in >= 0
        taken = np.bincount(month_in[ever], weights=self.segments.weight[ever], minlength=offer.months + 1)
        return taken.astype(np.float64)

    def _admit(self, place: int, done: Enrolment, segment_of: Index, row: Index, parent: Index) -> Index:
        """Add newly enrolled households; segment_of, row : of each unit; returns the parents anew."""
        old = self.segments
        width = done.high - done.low
        source = segment_of[done.row]
        known = source >= 0
        back = np.zeros(known.shape, dtype=bool)
        back[known] = old.month_in[place, source[known]] >= 0
        if back.any():
            self.left_behind[place] += self._spent(place, source[back], width[back])
        weight = old.weight.copy()
        np.subtract.at(weight, source[known], width[known])
        keep = np.flatnonzero(weight > 0)
        month_in = np.full((len(self.offers), width.size), NOT_ENROLLED, dtype=np.int16)
        month_out = np.full((len(self.offers), width.size), NEVER, dtype=np.int16)
        month_in[:, known], month_out[:, known] = old.month_in[:, source[known]], old.month_out[:, source[known]]
        month_in[place], month_out[place] = done.month_in, done.month_out
        month_first = month_in.copy()
        month_first[:, known] = old.month_first[:, source[known]]
        month_first[place] = np.where(month_first[place] >= 0, month_first[place], done.month_in)
        rows = np.concatenate([old.row[keep], row[done.row]])
        order = np.argsort(rows, kind="stable")
        self.segments = Segments(
            row=rows[order],
            weight=np.concatenate([weight[keep], width])[order],
            month_in=np.concatenate([old.month_in[:, keep], month_in], axis=1)[:, order],
            month_out=np.concatenate([old.month_out[:, keep], month_out], axis=1)[:, order],
            month_first=np.concatenate([old.month_first[:, keep], month_first], axis=1)[:, order],
        )
        before = np.where(known, parent[np.maximum(source, 0)] if parent.size else FRESH, FRESH)
        return np.concatenate([parent[keep], before])[order]

    def _spent(self, place: int, source: Index, width: Floats) -> float:
        """Money spent on households of an offer before they are enrolled in it again [currency]."""
        segments, offer, row = self.segments, self.offers[place], self.segments.row[source]
        each = offer.commitment(
            self.registries.members[row],
            self.registries.known(row),
            segments.month_in[place, source].astype(np.intp),
            segments.month_out[place, source].astype(np.intp),
        )
        return float((width * each).sum()) * float(self.dose[place])

    def _count(self, rule: Adaptive, ratio: Floats | None) -> float:
        """Households that the registry of a rule's programme sees below its mark, help included."""
        registries, segments = self.registries, self.segments
        every = np.arange(registries.weight.size)
        below = registries.view(rule.programme.registry, every, registries.weight).amounts < rule.below
        count = float(registries.weight[below].sum())
        if ratio is None:
            return count
        view = registries.view(rule.programme.registry, segments.row, segments.weight, ratio)
        return count + float(
            (segments.weight * ((view.amounts < rule.below).astype(np.float64) - below[segments.row])).sum()
        )


def _helped(ratio: Floats, parent: Index) -> Floats:
    """What help multiplies welfare by of segments with these parents, shape (segment,)."""
    return np.where(parent >= 0, ratio[np.maximum(parent, 0)] if ratio.size else 1.0, 1.0)


def offers_of(policies: Sequence[Policy], months: int) -> tuple[Offer, ...]:
    """Return an offer for each distinct programme of several policies, in the order of first mention."""
    programmes: list[Programme] = []
    for policy in policies:
        programmes += [each for each in policy.every_programme if each not in programmes]
    return tuple(Offer(programme=programme, months=months) for programme in programmes)
