import assert from 'node:assert/strict';
import { fill, Markup } from '../../page/template.ts';

describe('A template', () => {
  it('has text put in its places, escaped', () => {
    assert.equal(
      String(fill('<p title="{{a}}">{{b}}</p>', { a: `"'`, b: '<&>' })),
      '<p title="&quot;&#39;">&lt;&amp;&gt;</p>',
    );
  });

  it('has numbers, and what was filled before, put in as they are', () => {
    const item = fill('<li>{{a}}</li>', { a: '<' });
    assert.equal(
      String(fill('{{n}}<ul>{{items}}</ul>', { n: 7, items: [item, item] })),
      '7<ul><li>&lt;</li><li>&lt;</li></ul>',
    );
    assert.equal(String(fill('{{a}}', { a: new Markup('<b>') })), '<b>');
  });

  it('does not look for places in what is put in', () => {
    assert.equal(String(fill('{{a}}{{b}}', { a: '{{b}}$&', b: 'x' })), '{{b}}$&amp;x');
  });

  it('wants to be filled as a whole, and with nothing else', () => {
    assert.throws(() => fill('{{a}}', {}), /nothing is given for {{a}}/);
    assert.throws(() => fill('', { a: 'x' }), /no place for a/);
  });
});
