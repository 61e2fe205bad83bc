/** Copies an element's text; whether the browser did. */
export async function copyText(element: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(element.textContent.trim());
    return true;
  } catch {
    // A page that came by plain HTTP from elsewhere than this machine has no clipboard of its own.
    return copySelection(element);
  }
}

function copySelection(element: Element): boolean {
  getSelection()?.selectAllChildren(element);
  // Deprecated, and the only way there is without HTTPS.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return document.execCommand('copy');
}
