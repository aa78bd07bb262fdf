import { describe, expect, it } from 'vitest';
import { requiredBackends } from './backends.ts';

describe('requiredBackends', () => {
  it('always wants portable', () => {
    expect([...requiredBackends(' ')]).toEqual(['portable']);
    expect([...requiredBackends('')]).toEqual(['portable']);
  });

  it('wants what REQUIRE_BACKENDS names', () => {
    expect([...requiredBackends('native, portable')].sort()).toEqual(['native', 'portable']);
  });

  it('refuses a name that is no backend, so that a misspelling requires nothing by accident', () => {
    expect(() => requiredBackends('nativ')).toThrow('REQUIRE_BACKENDS names "nativ"');
  });
});
