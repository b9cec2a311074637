"""Wordings of work that takes long."""

from layers.definition.text import Text

WORKING = Text("正在准备", "Getting ready")
STOPPING = Text("正在停止", "Stopping")
STOP = Text("停止", "Stop")
MAY_LEAVE = Text(
    "可以去看别的页面：工作继续进行，结果在这里等您。停止后不会写入任何内容。",
    "You may look at other pages: the work goes on, and its result waits here. Stopped, it writes nothing.",
)
