import { Argument, type Command } from 'commander'
import { countOrNone, weight, wholeNumber } from './option-values.ts'

type Add = (name: string, description: string, example: string, parent?: Command) => Command
type Action = (load: () => Promise<{ run: unknown }>) => (...passed: unknown[]) => Promise<void>

/** What administrators do with the farm: its workers, and who gets how much of them. */
export function addFarmCommands(add: Add, action: Action): void {
  const workers = add('workers', 'the machines that render', './backlot workers list')
  add('list', 'all that serve you, with what they do', './backlot workers list', workers).action(
    action(async () => ({ run: (await import('./commands/workers.ts')).list })),
  )
  add('show', 'one, with its devices', './backlot workers show node-1', workers)
    .argument('<worker>', 'name or ID')
    .action(action(async () => ({ run: (await import('./commands/workers.ts')).show })))
  add('pause', 'it gets no more tasks', './backlot workers pause node-1', workers)
    .argument('<worker>', 'name or ID')
    .option('--now', 'it gives back what it holds instead of finishing it')
    .action(action(async () => ({ run: (await import('./commands/workers.ts')).pause })))
  add('resume', 'it gets tasks again, also after failures', './backlot workers resume node-1', workers)
    .argument('<worker>', 'name or ID')
    .action(action(async () => ({ run: (await import('./commands/workers.ts')).resume })))
  add('hours', 'when it takes work', "./backlot workers hours node-1 'mon-fri 19:00-07:00'", workers)
    .argument('<worker>', 'name or ID')
    .argument('<hours>', 'such as "mon-fri 19:00-07:00, sat,sun 00:00-24:00", or always')
    .option('--time-zone <name>', 'such as Europe/Berlin; absent: that of this machine')
    .action(action(async () => ({ run: (await import('./commands/workers.ts')).hours })))
  add('rate', 'what its hour costs, for the cost of jobs', './backlot workers rate node-1 0.9', workers)
    .argument('<worker>', 'name or ID')
    .argument('<rate>', 'of an hour, in your currency; none: nothing is said of it')
    .action(action(async () => ({ run: (await import('./commands/workers.ts')).rate })))
  add('remove', 'revoke its credential and forget it', './backlot workers remove node-1', workers)
    .argument('<worker>', 'name or ID')
    .action(action(async () => ({ run: (await import('./commands/workers.ts')).remove })))
  const limits = add('limits', 'how much may run at once, and who gets how much', './backlot limits list')
  add('list', 'all limits with what runs under them', './backlot limits list', limits).action(
    action(async () => ({ run: (await import('./commands/limits.ts')).list })),
  )
  add('pool', 'tasks of a pool at once', './backlot limits pool heavy --max 4 --min 1', limits)
    .argument('<name>')
    .option('--max <n>', 'at most; none: as many as there are workers', countOrNone, null)
    .option('--min <n>', 'so many come before everything else', wholeNumber, 0)
    .action(action(async () => ({ run: (await import('./commands/limits.ts')).setPool })))
  add('licence', 'tokens of a licence', './backlot limits licence nuke --tokens 2', limits)
    .argument('<name>')
    .requiredOption('--tokens <n>', 'that there are', wholeNumber)
    .action(action(async () => ({ run: (await import('./commands/limits.ts')).setLicence })))
  for (const kind of ['project', 'person'] as const) {
    add(kind, `what a ${kind} gets beside others`, `./backlot limits ${kind} ID --weight 2`, limits)
      .argument('<id>')
      .requiredOption('--weight <w>', 'twice the weight, twice the tasks', weight)
      .action(action(async () => ({ run: (await import('./commands/limits.ts')).setWeight(kind) })))
  }
  add('tenant', 'what a tenant may run at once', './backlot limits tenant ID --max 20', limits)
    .argument('<id>')
    .option('--max <n>', 'at most; none: as many as there are workers', countOrNone, null)
    .option('--weight <w>', 'beside other tenants', weight, 1)
    .action(action(async () => ({ run: (await import('./commands/limits.ts')).setTenant })))
  add('remove', 'take a limit back', './backlot limits remove pool heavy', limits)
    .addArgument(new Argument('<kind>').choices(['pool', 'licence', 'project', 'person']))
    .argument('<name>')
    .action(action(async () => ({ run: (await import('./commands/limits.ts')).remove })))
}
