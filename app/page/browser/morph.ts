/**
 * Makes an element like another one, and changes no more than differs: what has the focus keeps it, what moves goes on moving,
 * and a screen reader is told only of texts that changed. Children with a `data-key` are known by it.
 */
export function morph(element: Element, wanted: Element): void {
  for (const { name } of [...element.attributes])
    if (!wanted.hasAttribute(name)) element.removeAttribute(name);
  for (const { name, value } of wanted.attributes) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
  morphChildren(element, wanted);
}

function morphChildren(parent: Element, wanted: Element): void {
  const keyed = new Map<string, Element>();
  for (const child of parent.children) {
    const key = keyOf(child);
    if (key !== null) keyed.set(key, child);
  }
  let place = parent.firstChild;
  for (const child of [...wanted.childNodes]) {
    const match = keyed.get(keyOf(child) ?? '') ?? (isAlike(place, child) ? place : null);
    if (match === null) {
      parent.insertBefore(child, place);
      continue;
    }
    if (match !== place) parent.insertBefore(match, place);
    else place = place.nextSibling;
    update(match, child);
  }
  while (place !== null) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

function update(node: Node, wanted: Node): void {
  if (node instanceof Element && wanted instanceof Element) morph(node, wanted);
  else if (node.nodeValue !== wanted.nodeValue) node.nodeValue = wanted.nodeValue;
}

function isAlike(node: Node | null, wanted: Node): boolean {
  return node?.nodeName === wanted.nodeName && keyOf(node) === keyOf(wanted);
}

function keyOf(node: Node): string | null {
  return node instanceof Element ? node.getAttribute('data-key') : null;
}
