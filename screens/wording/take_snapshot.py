"""Wordings of the print screen."""

from layers.definition.text import Text

THEME = Text("专题", "Theme")
VARIANT = Text("配色", "Colouring")
AGAINST = Text("与哪个方案比较", "Compared with")
DPI = Text("图片分辨率（dpi）", "Resolution of pictures (dpi)")
PURPOSE = Text("用途", "Purpose")
PURPOSE_HINT = Text("例如：上墙、会议、巡逻", "e.g. station wall, meeting, patrol")
PURPOSE_ABOUT = Text("与您的姓名、时间一起印在页边并记录。", "Printed in the margin with your name and the time, and put on record.")
MORE = Text("更多选项", "More choices")
WATERMARK = Text("加姓名和时间水印", "Watermark with name and time")
PUBLIC_USE = Text("公开使用（去掉姓名、警情等内部信息）", "For the public (no names of staff, incidents or other internal facts)")
REVIEW_NUMBER = Text("审图号", "Review number")
MAKE = Text("制作 {format}", "Make {format}")
READY = Text("{name}，{size:.1f} MB", "{name}, {size:.1f} MB")
STOPPED = Text("已停止，没有文件。", "Stopped; there is no file.")
AS_SEEN = Text("地图当前视图", "the map as seen")
NO_PREVIEW = Text("预览没有完成。", "The preview was not finished.")
