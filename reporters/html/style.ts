/** The looks of the page: one sheet for light and dark, wide and narrow, screen and paper. Stage: reporters. */
import { pageStyleSheet } from '../../src/picture/svg-style.ts'

const colours = `:root{color-scheme:light dark;
--page:light-dark(#f5f6f8,#0e1116);--card:light-dark(#fff,#161a20);--raised:light-dark(#f0f2f5,#1e232b);--ink:light-dark(#1b1f24,#e6e9ee);--dim:light-dark(#57606a,#9aa4b0);--line:light-dark(#dfe3e8,#2b313a);
--accent:light-dark(#1f5fbf,#79a8ff);--held:light-dark(#8a2fb8,#d39bff);--good:light-dark(#0b6b39,#56d08f);--good-bg:light-dark(#e2f5e9,#12301f);--bad:light-dark(#b3261e,#ff9087);--bad-bg:light-dark(#fdeae8,#3a1715);--warn:light-dark(#7d5200,#f0bc62);--warn-bg:light-dark(#fdf2da,#33260b)}
:root[data-theme=light]{color-scheme:light}:root[data-theme=dark]{color-scheme:dark}`

const base = `*{box-sizing:border-box}html{scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,.top,footer{max-width:1120px;margin:0 auto;padding:0 24px}
h1,h2,h3,h4,h5,p,ul,figure,dl,dd,fieldset{margin:0;padding:0}h1{font-size:18px}h2{font-size:24px;line-height:1.25;overflow-wrap:anywhere}h3{font-size:16px}h4{font-size:14px}h5{font-size:12px;color:var(--dim);font-weight:600}
a{color:var(--accent)}a:hover{text-decoration-thickness:2px}
code,pre,.diff{font:12.5px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}code{overflow-wrap:anywhere}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:2}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
button,input,select{font:inherit;color:inherit}
.dim{color:var(--dim);font-weight:400}.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.multiline{white-space:pre-wrap;overflow-wrap:anywhere}
:root:not(.js) .scripted{display:none}.js .unscripted{display:none}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--card);padding:8px;z-index:2}`

const layout = `.top{display:flex;flex-wrap:wrap;align-items:center;gap:4px 16px;padding-top:20px;padding-bottom:12px}.top .when{flex:1;color:var(--dim)}
.plain{border:1px solid var(--line);background:var(--card);border-radius:6px;padding:4px 10px;cursor:pointer}.plain:hover{border-color:var(--dim)}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:20px}
.workflow{margin:28px 0 56px}.workflow>header{margin-bottom:12px}.workflow>header .file{color:var(--dim);font-size:13px}
.part{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin-top:16px}.part>h3{margin-bottom:12px}
.jump{display:flex;flex-wrap:wrap;gap:4px 16px;margin-top:8px;font-size:14px}
.scroll{overflow-x:auto}
.note{margin:10px 0;padding:8px 12px;border-left:3px solid var(--warn);background:var(--warn-bg);border-radius:0 6px 6px 0;overflow-wrap:anywhere}
footer{padding-top:8px;padding-bottom:48px;color:var(--dim);font-size:13px}
.facts{display:flex;flex-wrap:wrap;gap:2px 0;list-style:none;color:var(--dim);font-size:13.5px;margin-top:14px}.facts li:not(:last-child)::after{content:"\\b7";margin:0 8px}
.environment{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}.environment dt{font-weight:600}.environment dd{overflow-wrap:anywhere}`

const verdict = `.badge{display:inline-block;font-weight:700;font-size:13px;letter-spacing:.04em;border-radius:5px;padding:2px 9px;white-space:nowrap}
.badge.good{background:var(--good);color:var(--card)}.badge.bad{background:var(--bad);color:var(--card)}.badge.warn{background:var(--warn);color:var(--card)}
.verdict{border-left-width:6px}.verdict.good{border-left-color:var(--good)}.verdict.bad{border-left-color:var(--bad)}.verdict.warn{border-left-color:var(--warn)}
.say{display:flex;gap:12px;align-items:baseline}.reason{font-weight:600;overflow-wrap:anywhere;white-space:pre-wrap}
.score{display:flex;flex-wrap:wrap;gap:8px 40px;align-items:center;margin-top:16px}.score .scroll{flex:1 1 380px;max-width:660px}
.big{display:flex;flex-direction:column;min-width:170px}.big .what{color:var(--dim);font-size:13px}.big .numbers{font-size:26px;line-height:1.2;font-variant-numeric:tabular-nums;white-space:nowrap}.big .from,.big .arrow{color:var(--dim)}.big strong{font-size:38px}
.delta{font-variant-numeric:tabular-nums;font-weight:600;white-space:nowrap}.up{color:var(--good)}.down{color:var(--bad)}
.next,.worse-list{margin-top:12px}.worse-list ul{display:inline;list-style:none}.worse-list li{display:inline}.worse-list li:not(:last-child)::after{content:", "}.more-rows{margin-top:12px}.next code{background:var(--raised);border-radius:4px;padding:2px 5px}
.overview td,.overview th{vertical-align:middle}.problems{list-style:none;margin-top:14px}.card>.problems{margin-top:0}.card>.problems li:first-child{margin-top:0}.problems li{padding:6px 12px;border-left:3px solid var(--line);margin-top:6px;background:var(--raised);border-radius:0 6px 6px 0;overflow-wrap:anywhere}
.problems .error{border-color:var(--bad);background:var(--bad-bg)}.problems .warning{border-color:var(--warn);background:var(--warn-bg)}`

const figures = `svg{max-width:none;height:auto}svg text{fill:var(--ink);font:12px system-ui,sans-serif}.plot{width:100%;min-width:420px}
.grid{stroke:var(--line);fill:none}.tick{fill:var(--dim)!important;font-size:11px!important}.strong{fill:var(--ink)!important}.threshold{stroke:var(--ink);stroke-dasharray:4 4;fill:none;stroke-width:1.5}
.plot .number{font-weight:700}.plot .open{stroke-width:4;stroke-linecap:round;opacity:.45}.plot .ends{stroke-width:1.5}.plot .start path{stroke:var(--dim)}.plot .start circle{fill:var(--card);stroke:var(--dim);stroke-width:2.5}.plot .end path{stroke:var(--held)}.plot .end circle{fill:var(--held)}
.curve{margin-bottom:16px}.curve svg{width:100%;min-width:520px;max-width:860px}.line{fill:none;stroke-width:2}.learn.line{stroke:var(--accent)}.held.line{stroke:var(--held);stroke-dasharray:2 5;stroke-linecap:round}
.learn.kept{fill:var(--accent)}.learn.idle{fill:var(--card);stroke:var(--accent);stroke-width:1.5}.held.point{fill:var(--held)}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;font-size:13px;color:var(--dim)}.key{display:inline-block;width:18px;margin-right:7px;vertical-align:middle;border-top:3px solid}.key.learn{border-color:var(--accent)}.key.held{border-color:var(--held);border-top-style:dotted}.key.threshold{border-color:var(--ink);border-top:2px dashed}
.run.good{fill:var(--good)}.run.bad{fill:var(--bad)}.run.warn{fill:var(--warn)}.bounds{stroke:var(--held);stroke-width:3;opacity:.3;stroke-linecap:round}`

const tables = `table{border-collapse:collapse;width:100%;font-size:14px}table.narrow{max-width:760px}th,td{text-align:left;padding:7px 10px;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}
thead th{font-weight:600;color:var(--dim);font-size:13px;white-space:nowrap;vertical-align:bottom}tbody th{overflow-wrap:anywhere;min-width:9rem}.rule{min-width:9rem}.prose{min-width:15rem}tfoot th,tfoot td{font-weight:600;border-bottom:0}.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.set{white-space:nowrap;color:var(--dim)}
.sort{border:0;background:none;padding:0;cursor:pointer;font-weight:600}.sort::after{content:"\\2195";opacity:.45;margin-left:4px}[aria-sort=ascending] .sort::after{content:"\\2191";opacity:1}[aria-sort=descending] .sort::after{content:"\\2193";opacity:1}
.rounds .idle{color:var(--dim)}ul.plain{list-style:none;border:0;background:none;padding:0;cursor:auto}
.tools{display:flex;flex-wrap:wrap;gap:10px;align-items:center;margin-bottom:12px}.tools input[type=search]{flex:1 1 200px;min-width:0;border:1px solid var(--line);background:var(--page);border-radius:6px;padding:6px 10px}.tools select{border:1px solid var(--line);background:var(--card);border-radius:6px;padding:6px 8px}
.chips{border:0;display:flex;flex-wrap:wrap;gap:6px;min-width:0}.chips input{position:absolute;opacity:0;pointer-events:none}.chips span{display:block;border:1px solid var(--line);border-radius:999px;padding:3px 12px;cursor:pointer;font-size:13.5px}.chips b{font-weight:600;color:var(--dim)}.chips :checked+span{background:var(--ink);border-color:var(--ink);color:var(--card)}.chips :checked+span b{color:inherit}.chips :focus-visible+span{outline:2px solid var(--accent);outline-offset:2px}
.title{overflow-wrap:anywhere}.toggle{border:0;background:none;padding:0;text-align:left;cursor:pointer}.toggle::before{content:"\\25b8";display:inline-block;width:1.1em;color:var(--dim)}.case.open .toggle::before{content:"\\25be"}.cases span.title{padding-left:1.1em}
.worse .after{color:var(--bad);font-weight:700}.better .after{color:var(--good);font-weight:700}.failing .after{color:var(--bad)}.case.worse>tr:first-child>th{box-shadow:inset 3px 0 var(--bad)}
.js .case:not(.open) .detail{display:none}.detail>td{background:var(--raised);padding:12px 16px 16px}
[role=status]:empty{display:none}.tag{display:inline-block;font-size:12px;border:1px solid var(--line);border-radius:4px;padding:0 6px;color:var(--dim);overflow-wrap:anywhere}`

const details = `.said{contain:inline-size}.sides{display:grid;grid-template-columns:1fr 1fr;gap:16px}.side{min-width:0}.said>p+.sides{margin-top:10px}.side ul{list-style:none}.side li{margin-top:6px;padding-top:6px;border-top:1px solid var(--line)}.side li:first-child{border:0}.fine{color:var(--good);margin-top:6px}
.message{margin-top:3px}.kind{font:600 12px ui-monospace,Menlo,Consolas,monospace;background:var(--bad-bg);color:var(--bad);border-radius:4px;padding:1px 6px}.kind.note{background:var(--warn-bg);color:var(--warn)}.place{color:var(--dim)}
.values{display:grid;grid-template-columns:max-content 1fr;gap:4px 12px;margin-top:6px}.values dt{color:var(--dim)}
.diff{background:var(--page);border:1px solid var(--line);border-radius:6px;padding:8px 0;margin-top:6px;max-height:420px;overflow:auto}.diff span{display:block;padding:0 12px 0 26px;text-indent:-14px}.ins{background:var(--good-bg);color:var(--good)}.del{background:var(--bad-bg);color:var(--bad)}.gap,.diff .same{color:var(--dim)}
.scroll+.change,.change+.change{margin-top:18px}del,ins{text-decoration:none;border-radius:4px;padding:1px 6px;font:12.5px ui-monospace,Menlo,Consolas,monospace}del{background:var(--bad-bg);color:var(--bad)}ins{background:var(--good-bg);color:var(--good)}details{margin-top:12px}summary{cursor:pointer}summary:hover{color:var(--accent)}
.graph .scroll{margin-top:8px;background:var(--card);border:1px solid var(--line);border-radius:6px;max-height:640px;overflow:auto}
.step{border-top:1px solid var(--line);padding-top:10px}.step pre{background:var(--page);border:1px solid var(--line);border-radius:6px;padding:8px 12px;margin-top:6px;max-height:420px;overflow:auto}.step h5{margin-top:10px}`

const media = `@media(max-width:640px){.spare{display:none}.cases td,.cases th{padding-left:6px;padding-right:6px}.cases tbody th{min-width:6rem}main,.top,footer{padding-left:12px;padding-right:12px}.card,.part{padding:14px}.sides{grid-template-columns:1fr}.say{flex-direction:column;gap:8px}}
@media print{body{background:#fff}.tools,.jump,.top button{display:none}.card,.part{break-inside:avoid-page;border-color:#ccc}.diff,.graph .scroll{max-height:none}}`

/** The style sheet. */
export const style: string = [colours, base, layout, verdict, figures, tables, details, pageStyleSheet, media].map((css) => css.replaceAll('\n', '')).join('')
