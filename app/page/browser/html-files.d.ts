/** An HTML file, which the bundle has as its text. */
declare module '*.html' {
  const html: string;
  export default html;
}
