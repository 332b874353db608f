// Short codes for parts of host names in `++` EPCs: TDS 2.3 tables 14-11 to 14-15. The standard prints .org.cn and
// .net.cn with the prefix of table B1 (taken there by .bq and .br); by their place they are of table B3.

const endings = (text: string) =>
  text
    .trim()
    .split(/\s+/)
    .map((ending) => `.${ending}`);

/** Table A: 7 bits that are no character of a host name. */
export const hostnameParts: ReadonlyMap<number, string> = new Map([
  [0x1e, 'qr.'],
  [0x1f, 'www.'],
  [0x20, 'id.'],
  [0x5b, '.com'],
  [0x5c, '.org'],
  [0x5d, '.net'],
  [0x5e, '.int'],
  [0x60, '.edu'],
  [0x7b, '.gov'],
  [0x7c, '.mil'],
  [0x7d, '.biz'],
  [0x7e, '.eco'],
  [0x7f, '.med'],
]);

/** Tables B1 to B4: the first 7 bits choose the table, the next 7 the entry. */
export const hostnameEndings: readonly (readonly string[])[] = [
  endings(`
    ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo bq br bs bt bw by
    bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et eu fi
    fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io
    iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li
  `),
  endings(`
    lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni
    nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si
    sk sl sm sn sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug us uy uz va vc
    ve vg vi vn vu wf ws ye yt za zm zw
  `),
  endings(`
    com.au net.au org.au co.at com.bd co.bd com.br net.br co.nz com.ng com.pk co.in com.in co.il co.jp co.za
    co.kr com.es com.lk co.th co.tt com.tt com.tr biz.tr com.ua co.uk co.zm com.zm com.cn org.cn net.cn
    gov.cn
  `),
  endings(`
    tech
  `),
];
