"""Shapes of the signs that stand behind figures: whether a unit looks like what the file calls it."""

import numpy as np

from gkingest.read.ink.shapes import Shades, models

UNITS = "件条项次个宗份起人家部篇例元万亿百千十"  # signs whose shapes are known
_CHANGING = "%‰kKmMwW"  # what makes another number of the one before it
_KINDS = 2  # shapes of each sign
_OWN = 0.3  # correlation with its own sign below which a shape is none; the 项 of some fonts has 0.35
_AHEAD = 0.05  # by so much more it is like another sign than like its own
_SURE = 0.8  # correlation from which ink is a sign that changes numbers, whatever it is called
# Song and Hei (Noto), for the others sans and serifs (Nimbus), as read.ink.shapes has the digits.
_DRAWN = (
    "1Y$M-2Ww{l2|HIa8%m0GOk-C7Yfx7KIx~4#3NmRT3J_NS3J_NS3J_NS2oOa80%8{c1z9Kn2`XAbD=e+1i&Yo^ia{6v8ApqE2}g@|2>=)"
    "X2>=)X2>=)X2mluV09FA20Jv*F1fe`27bvv=AuGo+1cqzZLl$v^C0Uh%1D9nW2zF$lH#lI0Fd8r-07d`+0lS(o2*gVuSXq?-5k1oYNwr"
    "(0brn%X8LY~Y0#{`q1!Y%2Di%_aA{sC;01*;4N0n++8ze?T3mR3H3mQ3f3mQ3f3mQpv3tCupoJeP5a{-l-00eM&07U>N5gWX^ouNq)Dk"
    "i&=2?<1n2?-cg2?-fh2^kqx8>typsx~(>F#(2w02hIV05}jAAOvs#M+a~K8Y*;W0!krh1XYA`2T_$kHxRV|g#oqzWdw#mR|zAcS7iXVB"
    "`^Rq5C<RtgbEM<J1x4l0y<Q80Ci+!0D*LY1t69H3J|#fSOTdKq6tNCL3shC0g(VV00=+;04z`d0CrRW0ir4}2RCHJH3wjLAO~Op00&?I"
    "00&?I00&?I00&?I00uw+00LkD011!)07;bq1F|bHJ4IBql?6~q00mG000mG000mG000mG000mG000lq*00mG05)`2$M@3|Mvj7!iLseH"
    "G0000YMOSrp0ykm+26kj|85UrrQ#nvb5E>v700lq*S9!N~mu6;bf)NoKG^(mY0TB@pimIxqGdF`X1|?!}DivX)lont)AZsuK19B7)2Y6"
    "Hv2|6QC8z}*zJYxWfYgU%DIufCf3KM~l3Kde23K$ZQ3N|Nj2vHd@15raD21H~~2^TVeIvN0yi)R2>iHzLG83Cb@2>_6h2?KDD2?sEc2|"
    "5#y2xBTx0)P=Q6P7fUCbtlD0+JAPHmRnhB%y*KNTq@SMz@m`Mxcq9SfD0jW4L#9FgJ*W0$@gCNw!ypH<SQ2C4&)0i^_Yp5^#bdRg{4MR"
    "kwi#XmEr%e1J-pg}8ThU^aJk00|%f01F@h01Gex031L702@F604h)b07!8F0CZFU0ii1p1yBi*CjbN2K>z?$00uw+00%$-00>Y30103K"
    "01JQs02`1106CHX0CiRX0kInp2XF^)TMz-Yf&c(G00uw+BPDW0W<*4IrBzsw0b3$q1egb*BwU6N1ecWnB|N7<5|y*HCPtuVAR15r00tl"
    "cd7G)0q(nq$m3Vho6MSVc7OE4FcRGt86_v^WcsaK)6PA;adP9(SFk3(a15gqo6P8PgMOj&87b+=n2}Vg!S9gg}BPBUSNJ}{=M++%QM;j"
    "`rN^2=GGz2FA0&oOFM#ejvS$atr843wi2q_7Hyv>Po5+WHWT)asMWEM#oV+Kj6YKut`R#!Iw7!p(xJ9?RUW0X};Lp5?x8&y@a8&pNI8$"
    "&aKE2wFfDyUk7N2z<1WS2^WF>@4x2oY5gJh{85gq4GlLsg_v3Ws-=3PUqy3y6q=8kw1vD~Vc3I=rlzc4sIlV^kG(2OvQg3R!hI87T-^I"
    "Xan1X=JHMiG-+0No%M{Di?T3DF!!5C<qcMDKr6SCqMvp2179i34NwH85t94SsPSosXDf4h;(&nD5R8WC`zMgC<Jm@C<rhKC^-Nr7GnUI"
    "0TB~m1Vlw(000005fKqHM22>D0F-qA0HbvP0I_ud0-$vQ1z>dr7!Z1jLI5a+8oRrq0y8rp00000BQrBHo6EboBBN&_0H8(y0H8(y0+2="
    "p2v9}|S`bNEa{w8Z5fKqZM0rGJ09gP409XMK0BTo|0Cfa_0Fwo90HFq81Aqrm2Qe8iHUgXwK>$?%i@UqJBZo6H0Av6F0A@2V0DHT_0Fx"
    "r20HFYp0gwQo1aJVL3NQemX#hl^asZl80)PMj1(ZaA2vR1o3m^(WJrGI&TM(lFIuoD(3K>8E3M&8u3Q7<a3Ot#b2o!g80dN2S1bCU22s"
    "A{sED!^rj1USii4aHt2oa(H2o-Pv2pJFv2q^#w2rHSH2NG3M5fKqpL`r03016NQ1~@c;3PUxp3LpZY3PUuo3R5+(3LpZY3LpZY3wCF)2"
    "oM5rz1`j05g1Vs0U99?3%$F+3nC)13IG713}$A*42X!q3IG713IG714ZFMH2{SX100B5)6I!@H6F6W100&?I00&?+Ra%yJ00&?I00&?I"
    "00&?I00&?I00&?I00uw+01`-$IlQ+pB{xt200vM10Txjatj*lZA}3-Z00vM100vM100vM100vM100lq*00v+H00&?I00&?I00&?ZG)aV"
    "cA}Deq00&?I00&?I00&?I00&?I00&?I00uw+00lq*00mG000mG000mG0A}3-Zyv^Lp0Ty8p00mG000mG000mG000mG000lq*I8X*KhoK"
    "1&p@TR8kaTkZqoa`kYm;#x6BkC502wN205>=a0CP790g)<718@k%1!N{LIyYGmmINjMvjkHBvLkR1lv875Mm9P|0S8(H05ygL0AiFB0d"
    "RFf0zfA~Srb42hc+Mpb4UOHg;xLocvS!ZMPeW!5_3^h0eD1q17}xg21Q6W2PbxD76*~01p+_-WoRG(kwyRjku?ASf-?XBbWsohB2-XB0"
    "a-DW1V|)v1x6)P1vNB7BNs7pw*UYD$N&HU$N&HU$N(2|$N`*D$SK4C%Dzwl-pOGA%4w7U$P~FC$N*h|rvMhUCvX4&OppKo8jt`08junp"
    "8jv_q8j)2H8l^x08rv`c8oH4H8kEKW8j*ZJI+8k*wEzah#sFP$#stU^#yg<^$D1Gk+}I!h&8ScS$Vig_#uc{^#sO?l#sDg^r2qrAOL01"
    "39zZz|4M21N4McDN4QUVn4a*P!4X!`{4N9>94MW!e4M2<_9zZRDOK~c+X1FS|%dLvZ*Bil0!w8Tp!Uu30u?KJ)u?KJ)u?KJ)u?KJ)u?K"
    "J)u?KJ)kp)m0HfbnuduxWWTPcB~Ne6J0Nd|C~Nd|C~Nd|C~Nd|C~Nd|C~Ne6J0N(X?YSSNCZ$`Ap(-5>+q%uof)$$$u)#-SQ)#Iia}!="
    "za}!gz)}!b+q(!Woe~!Uu3Xq69!HOArFJE<gn19dHKH8n6b!7tt2N6~iRL6_!%M6>4C@6)kYW6%Am*CJHdaSQHYqvk8zZv<t9HmK?xYc"
    "PqhoSvs<oOG%WpEN6GJ9F<zJ8^cVn3gRxH2+|&a1(6C+co=~vdIz8wOBA3bD<i=}8#K~k3RT2l2zHlX2A6731Jyl10>d020ig*X06+u)"
    "p$BjqvI?LplnSs(bsC{qS1FQqNjGzpDph5o8-z%)3!*Bp3c(zp2*3=G29OD0cq(94N(oRzD+Yi;3>2VI3O2!D2v)LS28NYT1I2nU0@O_"
    "q0mCd10D&0*06+u)"
)


def is_other(char: str, raster: Shades) -> bool:
    """Whether the ink of a sign behind a figure, a mark too, looks like one that makes another figure of it."""
    row = raster.reshape(-1) - raster.mean()
    alike = (models(_DRAWN) @ row / max(float(np.linalg.norm(row)), 1e-9)).reshape(-1, _KINDS).max(axis=1)
    if char not in UNITS:
        return char not in _CHANGING and bool(alike[len(UNITS) :].max() > _SURE)
    own = alike[UNITS.index(char)]
    return bool(own < _OWN or alike.max() > own + _AHEAD)
