import { findBlenders } from '@backlot/blender/find'
import type { CliContext } from '../context.ts'
import { findOptions } from '../blender.ts'
import { table } from '../output.ts'

export async function run(context: CliContext): Promise<void> {
  const { blenders, problems } = await findBlenders(findOptions(context))
  for (const { path, reason } of problems) context.output.warn(`${path}: ${reason}`)
  const rows = blenders.map(({ version, kind, source, path }) => [version, kind, source, path])
  const text =
    rows.length === 0
      ? 'No Blender was found. Get one: backlot blender install 5.0'
      : table([['VERSION', 'KIND', 'FOUND', 'PATH'], ...rows])
  context.output.answer({ blenders, problems }, text)
}
