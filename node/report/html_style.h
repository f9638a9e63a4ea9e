// The style of the page. Colours have a contrast of at least 4.5 on white and are never the only
// sign; system fonts only. Internal to the module.
#pragma once

namespace schakel::report {

inline constexpr char kStyle[] = R"css(
@page { size: A4; margin: 18mm 16mm 20mm; @bottom-right { content: counter(page) " / " counter(pages) } }
:root { color-scheme: light; --ink: #1b1f24; --quiet: #56606b; --line: #d5dae0; --mark: #154273; --warn: #8a3b00 }
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1.25rem 4rem; background: #fff; color: var(--ink);
  font: 16px/1.5 "Noto Sans", "Segoe UI", Roboto, Arial, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: break-word }
header { border-top: 6px solid var(--mark); padding-top: 1rem }
.conf { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; color: var(--quiet); font-size: .875rem }
.conf strong { color: var(--warn) }
h1 { font-size: 1.9rem; line-height: 1.15; margin: .5rem 0 .25rem }
h2 { font-size: 1.25rem; margin: 2.6rem 0 .6rem; padding-top: .6rem; border-top: 1px solid var(--line); break-after: avoid }
h3 { font-size: 1.02rem; margin: 0 0 .3rem; break-after: avoid }
p { max-width: 44rem; margin: .4rem 0 }
.lead, .quiet { color: var(--quiet) }
.quiet { font-size: .9rem }
.alert { border-left: 4px solid var(--warn); background: #fdf3ea; padding: .6rem .9rem; margin: 1rem 0 }
.alert ul { margin: .3rem 0; padding-left: 1.2rem }
dl.key { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1px; margin: 1.2rem 0 }
dl.key div { padding: .7rem .9rem; box-shadow: 0 0 0 1px var(--line) }
dl.key dt { font-size: .8rem; color: var(--quiet) }
dl.key dd { margin: 0; font-size: 1.5rem; line-height: 1.2 }
dl.key small { display: block; font-size: .8rem; line-height: 1.4; color: var(--quiet) }
dl.id { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .3rem 0 .6rem; font-size: .9rem }
dl.id dt { color: var(--quiet) }
dl.id dd { margin: 0 }
section { padding: 1.3rem 0 .2rem; border-top: 1px dotted var(--line) }
section:first-of-type { border-top: 0; padding-top: .2rem }
figure { margin: .6rem 0; break-inside: avoid }
figcaption, caption { font-weight: 600; font-size: .9rem; text-align: left; padding: .2rem 0 .4rem }
svg { width: 100%; max-width: 28rem; height: auto; display: block; font-family: inherit }
svg line { stroke: var(--line) }
svg rect { fill: var(--mark) }
svg text { text-anchor: middle; font-size: 11px }
svg .l { fill: var(--quiet) }
svg .v { fill: var(--ink) }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .9rem; margin: .6rem 0 }
th, td { text-align: left; vertical-align: top; padding: .38rem .9rem .38rem 0; border-bottom: 1px solid var(--line) }
thead th { color: var(--quiet); font-weight: 600; border-bottom: 2px solid var(--ink); white-space: nowrap }
tbody th { font-weight: 600; white-space: nowrap }
tr { break-inside: avoid }
td small, th small { display: block; color: var(--quiet); font-size: .8rem; overflow-wrap: anywhere }
tr.soft th { box-shadow: inset 3px 0 0 -1px var(--warn); padding-left: .6rem }
.tag { display: inline-block; font-size: .74rem; line-height: 1.4; padding: 0 .4rem; border: 1px solid var(--mark); color: var(--mark); border-radius: 2px; white-space: nowrap }
.tag.soft { border: 1px dashed var(--warn); color: var(--warn) }
.src { font-size: .78rem; position: relative; top: -.35em; color: var(--mark); padding: .3rem .25rem }
.src:not(:hover):not(:focus) { text-decoration: none }
.open { color: var(--warn); font-weight: 600 }
.hash { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .78rem; overflow-wrap: anywhere }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; padding: 0; margin: 1rem 0; font-size: .92rem }
nav a { display: inline-block; padding: .2rem 0 }
a { color: var(--mark) }
:target { background: #fdf3ea; scroll-margin-top: 1rem }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .8rem; color: var(--quiet); font-size: .8rem; overflow-wrap: anywhere }
@media screen and (max-width: 40rem) {
  body { padding: 1rem 1rem 3rem }
  h1 { font-size: 1.6rem }
  dl.key { grid-template-columns: repeat(2, 1fr) }
  .stack table, .stack caption, .stack tbody, .stack tr { display: block }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  .stack tr { border-bottom: 1px solid var(--line); padding: .5rem 0 }
  .stack th, .stack td { display: grid; white-space: normal; grid-template-columns: 7rem 1fr; gap: .6rem; border: 0; padding: .1rem 0 }
  .stack th::before, .stack td::before { content: attr(data-l); color: var(--quiet); font-weight: 400 }
  .stack .none { display: none }
  .stack tr.soft { box-shadow: inset 3px 0 0 -1px var(--warn); padding-left: .7rem }
  .stack tr.soft th { box-shadow: none; padding-left: 0 }
}
@media print {
  body { font-size: 10.5pt; max-width: none; padding: 0 }
  nav { display: none }
  h2 { margin-top: 1.6rem }
  a { color: inherit; text-decoration: none }
  .scroll { overflow: visible }
  .alert { print-color-adjust: exact; -webkit-print-color-adjust: exact }
  svg rect { print-color-adjust: exact; -webkit-print-color-adjust: exact }
}
)css";

}  // namespace schakel::report
