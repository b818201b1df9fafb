"""Makes src/app/inter.woff2 of the package's Inter: Western European letters, the weights and features that the page uses.

Debian: apt-get install python3-fonttools python3-brotli; then python3 scripts/subset-font.py
"""
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

web = Path(__file__).parent.parent
out = web / "src/app/inter.woff2"
characters = [*range(0x20, 0x7F), *range(0xA0, 0x100)] + [ord(one) for one in "ıŒœ–—‘’‚“”„•…‹›€™−"]

font = TTFont(web / "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2")
options = subset.Options(layout_features=["kern", "tnum"], hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 13, 14])
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=characters)
subsetter.subset(font)
# Written and read again: fewer glyphs first, then fewer weights.
font.flavor = None
font.save(out)
font = instancer.instantiateVariableFont(TTFont(out), {"wght": (400, 700)})
font.flavor = "woff2"
font.save(out)
