"""Somebody else saved the same plan first."""

from layers.definition.refusal import Refusal
from layers.definition.text import Text


class Overtaken(Refusal):
    """A save that came too late: the plan has moved on since it was read. Nothing was saved and nothing is lost.

    `by` and `at` of the last save, its `revision`, and the `cells` whose beat differs between the two.
    """

    def __init__(self, by: str, at: str, revision: int, cells: tuple[str, ...]) -> None:
        super().__init__(
            Text(
                "{by} 已于 {at} 保存了此方案（第 {revision} 版），有 {n} 个网格与您的不同；您的修改未保存。",
                "{by} saved this plan at {at} (revision {revision}); {n} cells differ from yours, and yours was not saved.",
            ).fill(by=by, at=at, revision=revision, n=len(cells)),
            Text("请比较两者，再重做您的修改或另存为新方案。", "Compare the two, then make your change again or save it as a new plan."),
        )
        self.by = by
        self.at = at
        self.revision = revision
        self.cells = cells
