import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path/posix'
import { scan } from './scan.ts'
import { mayImport, rulesOf, type UnitRules, passesEnvironmentOn } from './table.ts'

/**
 * - `layer`: the table does not let this unit import that one
 * - `internals`: a relative path leads into another unit, past what that unit makes public
 * - `undeclared`: imported, but not among the unit's own dependencies in package.json
 * - `external`: a registry package that this unit must do without
 * - `node`: `node:` outside the folder where this unit may use it
 * - `environment`: the environment is read outside apps
 * - `computed`: an `import()` that can't be checked, as its specifier is not a plain string
 * - `cycle`: units that need each other
 * - `unknown`: a unit that the table does not list
 */
export type Rule =
  | 'layer'
  | 'internals'
  | 'undeclared'
  | 'external'
  | 'node'
  | 'environment'
  | 'computed'
  | 'cycle'
  | 'unknown'

export interface Violation {
  /** From the root, with `/`. */
  file: string
  /** From 1; 0 for package.json. */
  line: number
  rule: Rule
  message: string
}

interface Unit {
  path: string
  name: string
  /** Declared in `dependencies`, `peerDependencies` or `optionalDependencies`. */
  dependencies: Set<string>
  devDependencies: Set<string>
}

const isTest = (file: string): boolean => /\.test\.tsx?$|\/testing\//.test(file)
const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

/** Every place under `root` that breaks the table, in order of file and line. */
export function checkImports(root: string): Violation[] {
  const units = readUnits(root)
  const byName = new Map(units.map((unit) => [unit.name, unit]))
  const violations: Violation[] = []
  const edges = new Map<string, Set<string>>()

  for (const unit of units) {
    const rules = rulesOf(unit.path)
    const manifest = `${unit.path}/package.json`
    if (!rules) {
      const message = `${unit.path} is not in the table of tools/imports/table.ts`
      violations.push({ file: manifest, line: 0, rule: 'unknown', message })
      continue
    }
    const needed = new Set<string>()
    edges.set(unit.path, needed)
    for (const name of unit.dependencies) {
      const target = byName.get(name)
      if (target) needed.add(target.path)
      if (target && !mayImport(rules, target.path)) {
        violations.push({
          file: manifest,
          line: 0,
          rule: 'layer',
          message: `${unit.path} may not depend on ${target.path}`,
        })
      } else if (!target && rules.external && !rules.external.includes(name)) {
        violations.push({
          file: manifest,
          line: 0,
          rule: 'external',
          message: `${unit.path} may not depend on ${name}`,
        })
      }
    }
    for (const file of globSync(`${unit.path}/**/*.{ts,tsx}`, { cwd: root, exclude: isIgnored })) {
      const found = scan(file, readFileSync(join(root, file), 'utf8'))
      const report = (line: number, rule: Rule, message: string) => violations.push({ file, line, rule, message })
      for (const { specifier, line } of found.imports) {
        const problem = isTest(file) ? undefined : checkImport(unit, rules, file, specifier, byName, units)
        if (problem) report(line, ...problem)
      }
      if (isTest(file)) continue
      for (const line of found.computedImports)
        report(line, 'computed', 'the specifier of import() must be a plain string')
      if (unit.path.startsWith('apps/') || passesEnvironmentOn.includes(file)) continue
      for (const line of found.environmentReads)
        report(line, 'environment', 'only apps read the environment; take it as a parameter')
    }
  }
  violations.push(...findCycles(edges))
  return violations.toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
}

const isIgnored = (path: string): boolean => /(^|\/)(node_modules|dist|fixtures)(\/|$)/.test(path)

function readUnits(root: string): Unit[] {
  return globSync('{packages,modules,apps}/*/package.json', { cwd: root })
    .toSorted()
    .map((file) => {
      const manifest = JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, Record<string, string>>
      const names = (key: string): string[] => Object.keys(manifest[key] ?? {})
      return {
        path: dirname(file),
        name: String(manifest['name'] ?? basename(dirname(file))),
        dependencies: new Set([
          ...names('dependencies'),
          ...names('peerDependencies'),
          ...names('optionalDependencies'),
        ]),
        devDependencies: new Set(names('devDependencies')),
      }
    })
}

function checkImport(
  unit: Unit,
  rules: UnitRules,
  file: string,
  specifier: string,
  byName: Map<string, Unit>,
  units: Unit[],
): [Rule, string] | undefined {
  if (specifier.startsWith('.')) {
    const path = normalize(join(dirname(file), specifier))
    if (path.startsWith(`${unit.path}/`)) return undefined
    const target = units.find((other) => path.startsWith(`${other.path}/`))
    return ['internals', `${path} is outside ${unit.path}${target ? `; import ${target.name}` : ''}`]
  }
  if (specifier.startsWith('node:')) {
    const { nodeOnlyIn } = rules
    const isShipped = file.startsWith(`${unit.path}/src/`)
    if (!isShipped || nodeOnlyIn === undefined) return undefined
    if (nodeOnlyIn && file.startsWith(`${unit.path}/${nodeOnlyIn}`)) return undefined
    return ['node', `${specifier} ${nodeOnlyIn ? `only in ${unit.path}/${nodeOnlyIn}` : `nowhere in ${unit.path}`}`]
  }
  const name = packageOf(specifier)
  if (name === unit.name) return undefined
  const target = byName.get(name)
  if (target && !mayImport(rules, target.path)) return ['layer', `${unit.path} may not import ${target.path}`]
  if (!target && rules.external && !rules.external.includes(name))
    return ['external', `${unit.path} may not import ${name}`]
  // A type-only import of a development dependency is gone at run time; a build tool's own settings file is not shipped.
  const declared = unit.dependencies.has(name) || unit.devDependencies.has(name)
  return declared ? undefined : ['undeclared', `${name} is not in ${unit.path}/package.json`]
}

/** One violation for each ring of units, at the package.json of its first one. */
function findCycles(edges: Map<string, Set<string>>): Violation[] {
  const violations: Violation[] = []
  const done = new Set<string>()
  const visit = (unit: string, trail: string[]): void => {
    const start = trail.indexOf(unit)
    if (start >= 0) {
      const ring = [...trail.slice(start), unit].join(' → ')
      violations.push({ file: `${unit}/package.json`, line: 0, rule: 'cycle', message: ring })
      return
    }
    if (done.has(unit)) return
    for (const next of edges.get(unit) ?? []) visit(next, [...trail, unit])
    done.add(unit)
  }
  for (const unit of edges.keys()) visit(unit, [])
  return violations
}
