import { parseSync, Visitor } from 'oxc-parser'

/** What one source file reaches for. */
export interface Scan {
  /** Specifiers of static, dynamic and type-only imports and re-exports, with their line (from 1). */
  imports: { specifier: string; line: number }[]
  /** Lines with an `import()` whose specifier is not a plain string. */
  computedImports: number[]
  /** Lines that read the environment: `process.env`, or `env` from `node:process`. */
  environmentReads: number[]
}

export function scan(path: string, text: string): Scan {
  const { program, errors } = parseSync(path, text)
  const [error] = errors
  if (error) throw new SyntaxError(`${path}: ${error.message}`)
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length
  const found: Scan = { imports: [], computedImports: [], environmentReads: [] }
  const add = (source: { value: string; start: number } | null): void => {
    if (source) found.imports.push({ specifier: source.value, line: lineOf(source.start) })
  }
  new Visitor({
    ImportDeclaration(node) {
      add(node.source)
      const readsEnvironment = node.specifiers.some(
        (item) =>
          item.type === 'ImportSpecifier' && item.imported.type === 'Identifier' && item.imported.name === 'env',
      )
      if (/^(node:)?process$/.test(node.source.value) && readsEnvironment)
        found.environmentReads.push(lineOf(node.start))
    },
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
    ImportExpression(node) {
      if (node.source.type === 'Literal' && typeof node.source.value === 'string') {
        found.imports.push({ specifier: node.source.value, line: lineOf(node.start) })
      } else {
        found.computedImports.push(lineOf(node.start))
      }
    },
    MemberExpression(node) {
      const property =
        node.property.type === 'Identifier' ? node.property.name : 'value' in node.property ? node.property.value : ''
      if (node.object.type === 'Identifier' && node.object.name === 'process' && property === 'env') {
        found.environmentReads.push(lineOf(node.start))
      }
    },
  }).visit(program)
  return found
}
