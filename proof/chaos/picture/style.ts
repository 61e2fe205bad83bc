/** The picture's colours, for light and dark surroundings. */
export const style = `
  svg { --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d1d9e0; --alive: #dfe5eb; --leads: #1a7f37;
    --nobody: #ffdcd7; --kill: #cf222e; --frozen: #0969da; --cut: #bc4c00; --slow: #d4a72c; --lock: #8250df; }
  @media (prefers-color-scheme: dark) { svg { --paper: #0d1117; --ink: #f0f6fc; --faint: #9198a1; --line: #3d444d;
    --alive: #262c36; --leads: #3fb950; --nobody: #4c1d1d; --kill: #ff7b72; --frozen: #58a6ff; --cut: #f0883e;
    --slow: #d29922; --lock: #bc8cff; } }
  text { font: 11px -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif; fill: var(--ink); }
  .title { font-size: 17px; font-weight: 600; } .faint { fill: var(--faint); }
  .pod { font: 9px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: var(--ink);
    paint-order: stroke; stroke: var(--alive); stroke-width: 3px; stroke-linejoin: round; }
  .paper { fill: var(--paper); } .tick { stroke: var(--line); } .alive { fill: var(--alive); } .leads { fill: var(--leads); }
  .nobody { fill: var(--nobody); } .frozen { fill: var(--frozen); } .cut { fill: var(--cut); } .slow { fill: var(--slow); }
  .mark { stroke-width: 2; fill: none; } .mark.killed, .mark.deleted { stroke: var(--kill); } .mark.lock { stroke: var(--lock); }
  .mark.deleted { fill: var(--kill); } .mark.lock { stroke-dasharray: 3 2; stroke-width: 1.5; }
  .mark.violation { stroke: var(--kill); stroke-width: 3; }
`;
