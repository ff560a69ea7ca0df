/**
 * Who may import whom, by folder: the table of ARCHITECTURE.md. A unit is one workspace package, such as
 * `packages/base` or `apps/server`; tests, bench and tools may import anything and are not listed.
 */
export interface UnitRules {
  /** Units that may be imported; `packages/*` and `modules/*` stand for all of them. */
  units: readonly string[]
  /** Packages from the registry; absent: any. */
  external?: readonly string[]
  /** The only folder of `src` where `node:` may be imported (empty: nowhere); absent: everywhere. What builds may always. */
  nodeOnlyIn?: string
}

const contract = 'packages/contract'
const base = 'packages/base'

const units: Readonly<Record<string, UnitRules>> = {
  // The logger is the one thing of base that is not written here.
  'packages/base': { units: [], external: ['pino'], nodeOnlyIn: 'src/node/' },
  'packages/blendfile': { units: [], external: [], nodeOnlyIn: 'src/node/' },
  'packages/contract': { units: [], external: ['zod'], nodeOnlyIn: '' },
  'packages/blender': { units: [base] },
  'packages/hub': { units: [base, contract] },
  'packages/transfer': { units: [base, contract] },
  'packages/packing': { units: [base, contract, 'packages/blendfile', 'packages/transfer'] },
  'packages/submission': { units: [base, contract, 'packages/blendfile', 'packages/packing', 'packages/transfer'] },
  'packages/sdk': { units: [base, contract] },
  'packages/db': { units: [base] },
  'apps/server': { units: ['packages/*', 'modules/*'] },
  'apps/worker': { units: ['packages/*'] },
  'apps/cli': { units: ['packages/*'] },
  'apps/web': { units: [contract, 'packages/blendfile', 'packages/hub'], nodeOnlyIn: '' },
}

/** Files below apps that read the environment, to pass it on to programs that they start. */
export const passesEnvironmentOn: readonly string[] = ['packages/base/src/node/child-environment.ts']

const anyModule: UnitRules = { units: [base, contract, 'packages/db', 'packages/hub'] }

/** Undefined for a unit that the table does not know. */
export function rulesOf(unit: string): UnitRules | undefined {
  return unit.startsWith('modules/') ? anyModule : units[unit]
}

export function mayImport(rules: UnitRules, unit: string): boolean {
  return rules.units.includes(unit) || rules.units.includes(unit.replace(/\/.*/, '/*'))
}
