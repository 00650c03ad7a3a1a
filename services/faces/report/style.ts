/** The report's look. Text has a contrast of 4.5:1 or more, bars 3:1 or more, on light, dark and paper. */
export const reportStyle = `
:root{color-scheme:light dark;--ink:#1b2430;--soft:#526071;--page:#fff;--panel:#f4f6f9;--line:#d4dbe4;
--good:#14703c;--bad:#b3261e;--warn:#8a5200;--snapshot:#2f6fbf;--conversion:#7a4fc2;--launch:#17806d;
--action:#a35c00;--homeward:#4d6b00;--people:#b83280;--quota:#6b7280}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf4;--soft:#a7b4c4;--page:#11161d;--panel:#1a212b;--line:#37424f;
--good:#5fd38d;--bad:#ff8a80;--warn:#f3b562;--snapshot:#6fa8f0;--conversion:#b394f0;--launch:#4cc4ac;
--action:#e3a04d;--homeward:#a5c94a;--people:#f078b8;--quota:#9ca3af}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1120px;margin:0 auto;padding:2.5rem 1.5rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .3rem}
h2{font-size:1.2rem;margin:2.6rem 0 .8rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.4rem 0 .4rem;display:flex;flex-wrap:wrap;gap:.6rem;align-items:baseline}
p{margin:.3rem 0}.soft{color:var(--soft)}.small{font-size:.875rem}
code{font:.875em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
.chip{font-size:.75rem;font-weight:700;letter-spacing:.03em;border:1.5px solid currentColor;border-radius:99px;padding:.05rem .6rem;white-space:nowrap}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:.8rem;margin:1.6rem 0}
.card{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:.8rem 1rem}
.card b{display:block;font-size:1.45rem;line-height:1.3;white-space:nowrap}.card span{color:var(--soft);font-size:.875rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.2rem;margin:0}dt{color:var(--soft)}dd{margin:0;min-width:0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid var(--line)}
td code{white-space:nowrap}td:first-child:has(+td){min-width:5.5rem}
th{color:var(--soft);font-weight:600;white-space:nowrap}.scroll+.scroll{margin-top:1rem}
.lane{display:grid;grid-template-columns:11rem 1fr;gap:.2rem 1rem;align-items:center;margin:.45rem 0}
.lane svg{display:block;width:100%;height:22px;background:var(--panel);border-radius:4px}
.axis{display:flex;justify-content:space-between;color:var(--soft);font-size:.8rem}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:.8rem 0 0;padding:0;list-style:none;font-size:.875rem}
.legend svg{width:12px;height:12px;margin-right:.4rem;vertical-align:-1px;border-radius:3px}
.snapshot{fill:var(--snapshot)}.conversion{fill:var(--conversion)}.launch{fill:var(--launch)}.action{fill:var(--action)}
.lead{font-size:1.1rem;margin:.9rem 0 0;max-width:60rem}.target{stroke:var(--ink);stroke-width:2;stroke-dasharray:3 2;vector-effect:non-scaling-stroke}.ink{fill:var(--ink)}.overhead{fill:var(--soft)}
.share{display:inline-flex;gap:.6rem;align-items:center}.share svg{width:9rem;height:9px;flex:none;background:var(--panel);border-radius:3px}
.homeward{fill:var(--homeward)}.people{fill:var(--people)}.quota{fill:var(--quota)}.failed{fill:var(--bad)}
li{margin:.2rem 0}.blank{display:block;height:1.6em}ul.plain{margin:.3rem 0;padding-left:1.1rem}
@media screen and (max-width:640px){thead{display:none}.scroll table,tbody,tr,td{display:block}tr{border-bottom:1px solid var(--line);padding:.5rem 0}td,td:first-child:has(+td){border:0;padding:.1rem 0;max-width:none;min-width:0}td:empty,td:has(>code:only-child:empty){display:none}td::before{content:attr(data-label) ": ";color:var(--soft)}td code{white-space:normal}.cards{grid-template-columns:1fr 1fr}.card b{font-size:1.2rem}main{padding:1.5rem 1rem 3rem}h1{font-size:1.5rem}.lane{grid-template-columns:1fr;margin:.8rem 0}
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}.lane.axis-lane span:empty{display:none}}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--page:#fff;--panel:#f1f3f6;--line:#bbb;--good:#14703c;
--bad:#b3261e;--warn:#8a5200;--snapshot:#2f6fbf;--conversion:#7a4fc2;--launch:#17806d;--action:#a35c00;--homeward:#4d6b00;--people:#b83280;--quota:#6b7280}
@page{margin:16mm 14mm}body{font-size:10.5pt}table{font-size:8.5pt}th,td code{white-space:normal}td,th{padding-right:.5rem}main{max-width:none;padding:0}svg,.card{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.card,.lane,tr,h3{break-inside:avoid}h2,h3{break-after:avoid}.scroll{overflow:visible}.lane{grid-template-columns:9rem 1fr}}
`;
