const assert = require('node:assert');
const { test } = require('node:test');
const { countIn } = require('./count.js');

test('a count is read from the answer', () => assert.equal(countIn('$2 12'), 12));
test('nothing counted is none', () => assert.equal(countIn('$-1'), 0));
