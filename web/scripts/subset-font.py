"""Makes src/app/inter-*.woff2 of the package's Inter: what most pages write, and the other letters of Western Europe; the weights and features that the page uses.

Debian: apt-get install python3-fonttools python3-brotli; then python3 scripts/subset-font.py
"""
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

web = Path(__file__).parent.parent
basic = [*range(0x20, 0x7F)] + [ord(one) for one in "\u00a0·×–—‘’“”•…−"]
western = [one for one in [*range(0xA1, 0x100)] + [ord(one) for one in "ıŒœ‚„‹›€™"] if one not in basic]

for name, characters in (("basic", basic), ("western", western)):
    out = web / f"src/app/inter-{name}.woff2"
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
