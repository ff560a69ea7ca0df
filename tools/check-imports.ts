/** Checks every import of the repository against the table in tools/imports/table.ts: `node tools/check-imports.ts`. */
import { fileURLToPath } from 'node:url'
import { checkImports } from './imports/check.ts'

const violations = checkImports(fileURLToPath(new URL('..', import.meta.url)))
for (const { file, line, rule, message } of violations) console.error(`${file}:${line} [${rule}] ${message}`)
console.log(violations.length === 0 ? 'imports: every one is allowed' : `imports: ${violations.length} violations`)
process.exitCode = violations.length === 0 ? 0 : 1
