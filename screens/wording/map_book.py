"""Wordings of the map book."""

from layers.definition.text import Text

TITLE = Text("地图册", "Map book")
ABOUT = Text(
    "一个 PDF：封面、可点击的索引，每个警务区、民警或社区一页，含地图、邻区、数据、重点场所和警力。",
    "One PDF: cover, linked index, and a page per beat, officer or unit with map, neighbours, figures, key places and staff.",
)
BY = Text("每页一个", "A page per")
STAFF = Text("印出警力姓名", "Print names of staff")
PUBLIC = Text("公开使用（不含姓名、警情和内部场所）", "For the public (no names, incidents or internal places)")
REVIEW_NUMBER = Text("审图号", "Review number (审图号)")
EXACT = Text("小于 5 的警情印出原数", "Print incident counts under 5 as they are")
WATERMARK = Text("加水印（姓名和时间）", "Watermark with name and time")
PURPOSE = Text("用途（印在页脚并留痕）", "Purpose (printed in the foot and put on record)")
SIZE = Text("{n} 个区域页，约需 {time}。", "{n} area pages, about {time}.")
SECONDS = Text("{n} 秒", "{n} seconds")
MINUTES = Text("{n} 分钟", "{n} minutes")
NO_QR = Text("管理员还没有设置本系统的网址，页上不印二维码。", "No QR codes are printed: the administrator has set no address yet.")
QR = Text("二维码指向 {address}。", "QR codes lead to {address}.")
MAKE = Text("制作地图册", "Make the book")
STOPPED = Text("已停止，没有生成文件。", "Stopped; no file was made.")
READY = Text("完成：{pages} 页，{size:.1f} MB。", "Done: {pages} pages, {size:.1f} MB.")
TAKE = Text("下载 PDF", "Download PDF")
CHANGED = Text("选项已更改；下面是先前的地图册。", "The choices have changed; below is the book made before.")
