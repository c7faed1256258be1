"""Shapes of printed digits: what one looks like on a small raster, and which of the ten it is like."""

from base64 import b85decode
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Shades = NDArray[np.float64]  # how dark, 0 (the ground) to 1 (the darkest ink)

HIGH, WIDE = 12, 8  # cells of the raster that a digit is looked at in
DASHES = frozenset("-–—―－─")
_KINDS = 6  # shapes of each digit
# The mean shapes of each digit, 0 to 9: four bits a cell, in base 85. Measured on 8,470 digits of printed reports
# (Song, Fangsong, Hei, Kai, Times, Arial and their likes, 9 to 22 points, two pixels to the point), on those that
# PDFium puts in the place of fonts that a file lacks, and on 1,500 of 50 open fonts (DejaVu, Noto, STIX, Computer
# Modern; bold and slanted too), put together by likeness.
_DRAWN = (
    "1iQL0Jd{hajW7h}+7JQD_y7T(_W%Ho_W%Ho=l}t&$`Ap{en17~E46E(1Dm)Y001Rb00N8I00h6c02lp(0XzCZ0e#pI0?niV1^Z$E8t5S"
    "aJ;eY3esTZ+tT6xpnt7P2=T%j2(E%V0zy)9nfCZokfCQljfFg7WfK_-2fI%7w!B7b-(=il1>Uo&20Z6G~6ug?YDb^;+U9ttdkC7G4uW="
    "R4&QTWZ-cT3%%}^Tlu3=5XU8k*K7rV9)D!g$3oJZsq<^i}B^8kw=;sAUw;s9(g;s9(g;s9(g^8t$><^s47jYiY}8Qft20003)00Brq02"
    "ib}0enD21=#>pD&qlEPOt)0e{cj-u0R!1y&xq(yb(nZt0O`H6Kk^oH@@TmS8L<|Ln`C|5E|qF02<@~02<@~02<@~02<@~02|~0L|ph(o"
    "ZkJ)00C>;0XX0MNZ#-KuE~u2RUusb00CV500CV500CV500CV500CV500CV5002tLSk9pUHJ`Bn5lpcF08Fs}08Fs}08Fs}08Fs}08Fs}"
    "08Fs}08Fv~5^mHXSFOoont7P2=T%j2(E%V0zy)9nfCZokfCQljfFg7WfK_-2fI%7w!B7b-(=il1>Uo&2b`Ssn7=i!*0f;aF04Re100o#"
    "300D|n002vp000@p000K(000B|0005(0002q03>>*0au;Y0acFF6Elyp5fYz~00X~p00rGZ02b^p02%op06X^(BYo#Gdf)4oD2I!2mJt"
    "-!^#A~UqyPYZ5C8(l0026H02HPW0cbD)7hwPZb`Ss*r870R-QC{f-<g@1?f?J)?f?J)?f?J)?f?J)?f?J)?f?J)?f?J)?f?J)?f?J)?f"
    "?J)?f?J)7QNe1eU)tGsSp&}Qvd_Z5C8<)000=}00C~102k>X0gZtGDc2AIueWA*-|p`004KY-0=kHX8*&f;XdwUqqW}N^!XhFe{_gJV#"
    "6(0xqW}N^OAr768Ik}11DctbTC0Hp$Tj8yf&r=#00EmI00FrW00h+#04tIJ0gEsI7qt)oY+(Qc>r_J&|L*D`0$R&*70ayGCxkcK6EPLc"
    "0RR`-002AG00Nz104T>00*ql1D90jGe%h+EzyJTk7MYupT2dv~c_0D1BM<?)01_v}07|@q03}$*5C8#=V*mhOxF7+IS#(FY6p5HoYrKH"
    "~*f;b5Vgcs>00QO!04dV|1KwZ(0c+C(00PMv5CNPhk^#FB_%`PNY|McGnt7P2=T%j2(E%V0zy)9nfCZokfCQljfFg7WfK_-2fI%7w!B7"
    "b-(=il1>Uo&207$%(0hx;G0%H`;0U-p;01`>o04U#*02Qy&00AoX5dawWR1rJmt9Gt|YuvXW6nU2*T)C~Xc_AqGGXNF%001fF07$-p0c"
    "+l)01-Fo5C8(rg8%}}szNyUTixA)C%oHGY=wN&Rv;($5dawG026Go0d4+a0403Y000&1G5`bImLV1DoR^H$IJ>z(00DbI00h2J04S|c0"
    "BLMc1C(4)7lBMrN-$htnM8eqtGmz1L_~gr00CWL00Mk+04tFM0B^Ac0<EzH1)8A+Dp{cgS}CCgmKmV~#!JHy+rIb^B091K012T500)r)"
    "-2eap?*IS*?*IS*?*IS*?*IS*?*IS*?*IS*?*IS*?*IS*?*IS*?*IS*&v$ornt7P2=T%j2(E%V0zy)9nfCZokfCQljfFg7WfK_-2fI%7"
    "w!B7b-(=il1>Uo&200ck)012P~02!eG09IuH0FoI10gwq01yBW02@nC07ytl}MgRa+kpKW0{JXo(000%J002tq00Nxm02i9%0a{wp1Ex"
    "E{DS}O*e0GksoXp?YL`A-H0291H042*&Oz!T~T&Re0T0syHYB3N1YnrGqTdA(YBOxdH0008M5dZ?NlmHaW%2QhATFu*G6L)unDBkYYIj"
    "M(ZIbsnIJEvq2Oy2E*H)fvY5fMB2A`lqrRUs(Yt8{C$e9Xx~@Bjb)fdBv*Qvd)bCIA3(2mk<(1~3C)0&oW)0DuVq0An`*04H()02rVE0"
    "0(dYPXGVZT2nJIS}_0sYE@JaectYpY;!sIBM<_<0004>WDo(a%Rv>}Y`L7Y1e&NY-OR-i_cJmQ<NyEx<q{AA`@CTU*je-kaRSL2AOV~!"
    "AOMUjvJt8o`9{?gZQXJb0e$Z50lliH1IHl|1?NHl7w-L07pR}p0wF2(000-~A^;fWWf4oltcSf|Y}};~0*b1F8Ky?YY+(UZsv!{&*=ea"
    "!{HS}?{6PcD=@0>($q)gJj6nmtE2de+1Dm-(HD`#2N37ksN6*`tNdL;IO8)KJT>QM<T>PufT>GoeTl}leO8l$NNbS4LN4?C;02FzJ0ei"
    "ZZ7Ro|IJH!wXZnuXZpUJJF&yzdl-B1|k%|I#Ftx-G0ZI+yZ7rVDG0+%y57PT@WJAx4aeL(;Ky{b_F{fp%g_9My=;sJ~x;sJ~x<N~S?%U"
    "9MAJIrwa0000R0001}000Ei000h9004>*00ZIx01aRO0BjHd0rCI<3vd7cO%MP8<NyEwnt7P2=T%j2(E%V0zy)9nfCZokfCQljfFg7Wf"
    "K_-2fI%7w!B7b-(=il1>Uo&2pYGl4cx6}ELI5eE5CB|I00OBH00q?m02;CY06u{L0AFAL0gpfc0iG}b0eT<+B2`sYB2`sYMXIW*MXIW*"
    "MZ3GZMZ3GZM(*zJM*si+M$F92MXIW*MXIW*HL9wrda9OFzV6v%&i>hC&i>hC&i>hC&i~qk&j0PU&i~nT&i>hC&i>hC&i>hCz3s?knt7P"
    "2=T%j2(E%V0zy)9nfCZokfCQljfFg7WfK_-2fI%7w!B7b-(=il1>Uo&2j_&{2X_>9(A`x7o5CWZ000r3)02<T)08Wtr0iI9+1M3h17xn"
    "-GEW-c+Y=Hm(jqcstuH4N1heJo`QUDp`5CBb~00Dkb00YY)00!p}04me~08Fv~0eyi01Dikq1e&QpOtyQ&olzCoo=^nXUbH#H82;U1D%"
    "#Jptx-7o+8_hH+8_hHo^v?ZD9p@pYrJt2**4`E;{muF^8&Xm*d^2*Zrza^s%g{((-OK7(E*GR@)4U6={3d?T+D(I000)L02a()0=}{UI"
    "{P31j^+RWzrz3k&$0jj&$0jj&$0jj&$0jj&$0jjzOn!SZ~y=X(EtD|h5!I)I{*Qs9{>N*2$V>W0-y;n0I?eo0CiXZ06LQZ035LZ00)o&"
    "AUUd&63vLp7w8kN8P*cK2iaKH1kT=pDao&~j$tbF%rF@B+%PKRo`sE(D$BSa7`dB)Yf==(n;-(WePI>FD(ahY72o|~TZDY(xgZ0~*AM}"
    "Hx-k-~Tc>)o189aY7OJXIe1uxG+8_hT_z(fD`49oFyg?@KT*;cw1BryK5fKx)Rv;JDYjt~pD7&T*iedl&7QA5q06OX*00O?j003?G002"
    "Du001le001le001le001le001le001iMN~>`Ixi-}R(*ddw(Exi8(g2JQ<r2yet%~>%D4FB{02s0W06b6t0h$m11GE4D1ADq*ILUgoY_"
    "liHjgb}1j*%AJZNp0ZDci030%(ip5dmGZGbOxXSgf}oS(iZotE;-Zg)~H7Z~+huU;{u5Km$+;QY3RKhIgoJP$NVOP#_fwaWDlOav>5ey"
    "PB!L0XBy~6uX+VI>jc*U6KU6et`tdZjl!4O~qUM7R##n0W>+~A`v{YctxyHe9WZ~"
)


def is_flat(wide: float, high: float, size: float) -> bool:
    """Whether ink of a sign of that size is as low as a dash."""
    return high <= 0.6 * wide or high <= 0.2 * size


def sampled(shades: Shades, box: tuple[float, float, float, float]) -> Shades:
    """What lies in a box (left, top, right, bottom in pixels, parts of them too) as :data:`HIGH` × :data:`WIDE`."""
    total = np.zeros((shades.shape[0] + 1, shades.shape[1] + 1))
    total[1:, 1:] = shades.cumsum(0).cumsum(1)
    across = np.linspace(max(box[0], 0.0), min(box[2], shades.shape[1]), WIDE + 1)
    down = np.linspace(max(box[1], 0.0), min(box[3], shades.shape[0]), HIGH + 1)
    x, y = (np.clip(p.astype(int), 0, n - 1) for p, n in ((across, shades.shape[1]), (down, shades.shape[0])))
    columns = total[:, x] * (1 - (across - x)) + total[:, x + 1] * (across - x)
    whole = columns[y] * (1 - (down - y))[:, None] + columns[y + 1] * (down - y)[:, None]
    cell = (across[1] - across[0]) * (down[1] - down[0])
    return np.asarray(np.diff(np.diff(whole, axis=0), axis=1) / max(cell, 1e-9))


def likeness(shapes: Shades) -> Shades:
    """How much each of n shapes (n, high, wide) is like each of the ten digits: (n, 10), 1 for the very same."""
    alike = _unit(shapes.reshape(len(shapes), -1)) @ models(_DRAWN).T
    return np.asarray(alike.reshape(len(shapes), 10, _KINDS).max(axis=2))


@lru_cache(maxsize=2)
def models(drawn: str) -> Shades:
    """Shapes that are packed as four bits a cell in base 85, each as a row around a mean of 0, of length 1."""
    packed = np.frombuffer(b85decode(drawn), np.uint8)
    cells = np.stack([packed >> 4, packed & 15], axis=1).reshape(-1, HIGH * WIDE)
    return _unit(cells.astype(np.float64))


def _unit(rows: Any) -> Shades:
    """Rows around a mean of 0, of length 1: their products are correlations."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9))
