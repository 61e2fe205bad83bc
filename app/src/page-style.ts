/**
 * The page's look. Each state has a colour, an emblem and a kind of border, so that none is told by colour alone; all text
 * has a contrast of at least 4.5 : 1, in light and in dark.
 */
export const pageStyle = `
:root {
  --page: #f4f5f7; --card: #ffffff; --ink: #1b1f24; --soft: #57606a;
  font: 100%/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Open Sans', sans-serif;
}
:root[data-state='leading'] { --accent: #8a5a00; --glow: #ffe3a3; --icon: var(--crown); --border: solid; }
:root[data-state='following'] { --accent: #0b62a8; --glow: #d3e8fb; --icon: var(--person); --border: solid; }
:root[data-state='nobody'] { --accent: #6a45b0; --glow: #e7dcfa; --icon: var(--question); --border: dashed; }
:root[data-state='silent'] { --accent: #b42318; --glow: #fbdcd8; --icon: var(--mute); --border: dashed; }
:root[data-state='lost'] { --accent: #57606a; --glow: #e2e5e9; --icon: var(--broken); --border: dotted; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0f1216; --card: #191e24; --ink: #e8ebef; --soft: #a3adb8; }
  :root[data-state='leading'] { --accent: #f7c65b; --glow: #4a3710; }
  :root[data-state='following'] { --accent: #79bdf5; --glow: #15354f; }
  :root[data-state='nobody'] { --accent: #c3a6f8; --glow: #36264f; }
  :root[data-state='silent'] { --accent: #ff9a8f; --glow: #4f1f1a; }
  :root[data-state='lost'] { --accent: #a3adb8; --glow: #2b3138; }
}
:root {
  --crown: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cpath d='M3 7l4.5 4L12 4l4.5 7L21 7l-2 10H5zM5 18.5h14V21H5z'/%3E%3C/svg%3E");
  --person: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Ccircle cx='12' cy='7.5' r='4.5'/%3E%3Cpath d='M3.5 21a8.5 7.5 0 0 1 17 0z'/%3E%3C/svg%3E");
  --question: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cpath d='M7 8.5a5 5 0 1 1 7.5 4.3c-1.7 1-2.5 1.7-2.5 3.2' fill='none' stroke='%23000' stroke-width='2.6' stroke-linecap='round'/%3E%3Ccircle cx='12' cy='20.3' r='1.7'/%3E%3C/svg%3E");
  --mute: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cpath d='M3 9v6h4l5.5 5V4L7 9z'/%3E%3Cpath d='M16 9.5l5 5m0-5l-5 5' fill='none' stroke='%23000' stroke-width='2.2' stroke-linecap='round'/%3E%3C/svg%3E");
  --broken: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='%23000' stroke-width='2.4' stroke-linecap='round'%3E%3Cpath d='M2.5 9.5a13.5 13.5 0 0 1 19 0M6.5 13.5a8 8 0 0 1 11 0M4 3l16 18'/%3E%3Ccircle cx='12' cy='18.5' r='1' fill='%23000'/%3E%3C/svg%3E");
}
* { box-sizing: border-box; margin: 0; }
body { min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem; background: var(--page); color: var(--ink); }
main { width: min(38rem, 100%); display: grid; gap: 1rem; text-align: center; }
h1 { font-size: 0.95rem; font-weight: 600; letter-spacing: 0.02em; color: var(--soft); }
p { overflow-wrap: anywhere; }
article {
  display: grid; gap: 1.25rem; justify-items: center; padding: 2.25rem 1.5rem 1.75rem;
  background: var(--card); border: 2px var(--border) var(--accent); border-radius: 1.25rem;
  box-shadow: 0 0.75rem 2.5rem -1rem var(--glow);
}
.emblem { width: 6rem; aspect-ratio: 1; border-radius: 50%; background: var(--glow); display: grid; place-items: center; }
.emblem::before {
  content: ''; width: 55%; aspect-ratio: 1; background: var(--accent);
  -webkit-mask: var(--icon) center / contain no-repeat; mask: var(--icon) center / contain no-repeat;
}
#hostname { font-weight: 600; }
#ip, #meaning, #time, #notice, noscript { color: var(--soft); }
.election { width: 100%; padding: 1.1rem 1rem; border-radius: 0.75rem; background: var(--glow); display: grid; gap: 0.35rem; align-content: center; min-height: 9.25rem; }
#verdict { font-size: clamp(1.15rem, 4.5vw, 1.5rem); line-height: 1.3; font-weight: 700; color: var(--accent); text-wrap: balance; }
#meaning { color: var(--ink); text-wrap: balance; }
#time { font-variant-numeric: tabular-nums; font-size: 0.9rem; }
#notice { min-height: 1.5em; font-size: 0.95rem; }
:root[data-state='leading'] article { border-width: 4px; }
:root[data-state='lost'] .pod { color: var(--soft); }
:root[data-state='lost'] #time { visibility: hidden; }
@media (prefers-reduced-motion: no-preference) {
  article, .emblem, .election { transition: background-color 0.3s, border-color 0.3s; }
  :root[data-state='lost'] .emblem { animation: pulse 1.6s ease-in-out infinite; }
  @keyframes pulse { 50% { opacity: 0.45; } }
}
@media (forced-colors: active) { .emblem::before { background: CanvasText; } }
`;
