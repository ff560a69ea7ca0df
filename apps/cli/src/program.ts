import { CodedError } from '@backlot/base/errors'
import { jobStates } from '@backlot/contract/states'
import { frameOrders } from '@backlot/contract/frame-order'
import { imageFormats, renderEngines } from '@backlot/contract/steps/render-settings'
import { splitOver } from '@backlot/submission/split-choice'
import { splitWishes } from '@backlot/submission/submit-request'
import { Argument, Command, CommanderError, Option } from 'commander'
import { type CliContext, createContext, type GlobalOptions } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { addFarmCommands } from './farm-commands.ts'
import {
  collect,
  countOrNever,
  numberOrAuto,
  numberOrNone,
  port,
  positiveNumber,
  share,
  size,
  sizeOrNever,
  wholeNumber,
} from './option-values.ts'
import { reportError } from './report-error.ts'
import version from '../package.json' with { type: 'json' }

/** A command's work. Its module is loaded only when it runs, so that `--help` and every other command start quickly. */
type Action = (context: CliContext, options: Record<string, never>, args: string[]) => Promise<ExitCode | void>
type Load = () => Promise<{ run: unknown }>

/** Runs one command line and returns the exit code. Never throws, never calls `process.exit` before output is flushed. */
export async function runProgram(argv: string[]): Promise<number> {
  const abort = new AbortController()
  let interruptedAt: number | undefined
  const interrupt = () => {
    // The second Ctrl-C is for those who can't wait for a clean end. One that comes at once is no second thought: some
    // programs signal the process and its group.
    if (interruptedAt !== undefined && Date.now() - interruptedAt > 1000) process.exit(exitCodes.interrupted)
    interruptedAt ??= Date.now()
    abort.abort(new CodedError('cli.interrupted', 'Interrupted.'))
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  process.on('SIGHUP', interrupt)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.done) // the reader, such as `head`, has seen enough
  })

  let code: number = exitCodes.done
  const program = buildProgram((load) => async (...passed: unknown[]) => {
    const command = passed.at(-1) as Command
    const options = passed.at(-2) as Record<string, never>
    const context = createContext(command.optsWithGlobals<GlobalOptions>(), abort.signal)
    try {
      const { run } = await load()
      code = (await (run as Action)(context, options, passed.slice(0, -2).flat() as string[])) ?? exitCodes.done
    } catch (error) {
      // What fails because of Ctrl-C is an interruption, whatever it says of itself.
      const isTold = error instanceof CodedError && error.code === 'cli.interrupted'
      code = reportError(abort.signal.aborted && !isTold ? abort.signal.reason : error, context.output)
    }
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return exitCodes.done
    if (argv.includes('--json')) {
      const { output } = createContext({ json: true }, abort.signal)
      return reportError(new CodedError('cli.usage', usageProblem(error)), output)
    }
    return exitCodes.wrongUsage
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    process.off('SIGHUP', interrupt)
  }
  return code
}

function usageProblem({ code, message }: CommanderError): string {
  return code === 'commander.help' ? 'The command is not complete.' : message.replace(/^error: /, '')
}

function buildProgram(action: (load: Load) => (...passed: unknown[]) => Promise<void>): Command {
  const program = new Command('backlot')
    .description('Backlot: from a .blend to finished frames.')
    .version(version.version)
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', '\nExample:\n  ./backlot submit scene.blend --follow --download ./frames')
    .showHelpAfterError('Run it with --help for an example.')
    .option('--json', 'answer with exactly one JSON value on stdout')
    .option('--data <dir>', "folder of this installation's state")
    .option('--server <url>', 'the server to talk to')
  const add = (name: string, description: string, example: string, parent: Command = program) =>
    parent.command(name).description(description).addHelpText('after', `\nExample:\n  ${example}`).exitOverride()

  add('demo', 'render a generated scene through the whole system', './backlot demo --frames 1-5 --out ./frames')
    .option('--frames <frames>', 'frames to render', '1-5')
    .option('--keep', 'stay up afterwards, until Ctrl-C')
    .option('--out <dir>', 'where the frames go')
    .action(action(() => import('./commands/demo.ts')))
  add('up', 'run server, web and a local worker until stopped', './backlot up --port 8080')
    .option('--port <n>', 'port of the server; 0 picks a free one', port, 8080)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--trust-proxy <list>', 'proxies whose X-Forwarded-For counts: 10.0.0.0/8,loopback')
    .option('--no-worker', 'no local worker')
    .action(action(() => import('./commands/up.ts')))
  add('dev', 'up with reload on change and seeded data, for developers', './backlot dev')
    .option('--port <n>', 'port of the web app, and of the server the next; 0: free ones', port, 5173)
    .action(action(() => import('./commands/dev.ts')))
  add('test', 'run the tests', './backlot test unit -- frames')
    .argument('[suites...]', 'unit, integration, blender, e2e; none: all')
    .action(action(() => import('./commands/test.ts')))
  add('doctor', 'check every part of this machine', './backlot doctor').action(
    action(() => import('./commands/doctor.ts')),
  )

  const blender = add('blender', 'the Blenders of this machine', './backlot blender list')
  add('list', 'the Blenders that can be used', './backlot blender list', blender).action(
    action(() => import('./commands/blender-list.ts')),
  )
  add('install', 'get a Blender', './backlot blender install 4.5', blender)
    .argument('<version>')
    .action(action(() => import('./commands/blender-install.ts')))
  add('remove', 'remove a Blender that Backlot installed', './backlot blender remove 4.5', blender)
    .argument('<version>')
    .action(action(() => import('./commands/blender-remove.ts')))

  add(
    'setup-admin',
    "create the first administrator, on the server's machine",
    'echo "$PASSWORD" | ./backlot setup-admin --email you@example.org --password-stdin',
  )
    .requiredOption('--email <address>')
    .option('--name <name>', 'shown to others')
    .option('--password-stdin', 'read the password from the first line of stdin')
    .option('--tenant <name>', 'name of the first tenant', 'Studio')
    .action(action(() => import('./commands/setup-admin.ts')))
  add('login', 'sign in', './backlot login --server https://backlot.example.org --device')
    .option('--device', 'confirm in a browser, here or on another machine')
    .option('--email <address>')
    .option('--password-stdin', 'read the password from the first line of stdin')
    .action(action(() => import('./commands/login.ts')))
  add('logout', 'sign out', './backlot logout').action(action(() => import('./commands/logout.ts')))
  add('whoami', 'who is signed in, where', './backlot whoami').action(action(() => import('./commands/whoami.ts')))

  add(
    'worker',
    'run a worker until stopped',
    'BACKLOT_WORKER_TOKEN=bkw_… ./backlot worker --server https://backlot.example.org',
  )
    .option(
      '--token <token>',
      'join token, needed once; others on this machine may see it: BACKLOT_WORKER_TOKEN is safer',
    )
    .option('--token-stdin', 'read the join token from the first line of stdin')
    .option('--name <name>', 'shown to others')
    .option('--tags <tags>', 'comma-separated', '')
    .option('--slots <n>', 'renders at the same time', wholeNumber, 1)
    .addOption(new Option('--blender <path>', 'a Blender to use; may be repeated').argParser(collect).default([]))
    .option(
      '--memory-limit <size>',
      'a Blender that holds more after a task is replaced: 8GiB; none: never; default: 80 % of the memory, shared by slots',
      sizeOrNever,
    )
    .option('--recycle-tasks <n>', 'a Blender is replaced after so many tasks; none: never; default: 200', countOrNever)
    .option('--cache-limit <size>', 'files of jobs that are kept here: 100GiB; default: 50GiB', size)
    .option(
      '--allow-network',
      'Blender and the scripts of scenes may use the network; else they have none where possible',
    )
    .action(action(() => import('./commands/worker.ts')))

  add('inspect', 'what is in a .blend', './backlot inspect scene.blend')
    .argument('<file>')
    .action(action(() => import('./commands/inspect.ts')))
  add('trace', 'every file that a .blend needs', './backlot trace scene.blend --missing')
    .argument('<files...>')
    .option('--all', 'list every usage')
    .option('--missing', 'list only what is missing')
    .option('--ignore-errors', 'end with 6, not 1, when files are missing')
    .action(action(() => import('./commands/trace.ts')))
  add(
    'pack',
    'a .blend with all that it needs, so that it opens anywhere',
    './backlot pack scene.blend --zip scene.zip',
  )
    .argument('<file>')
    .option('--zip <file>', 'make this archive')
    .option('--project <dir>', 'make this folder, which must be new or empty')
    .option('--root <dir>', 'project root; absent: the common folder of all files')
    .option('--ignore-errors', 'pack although files are missing, and end with 6')
    .action(action(() => import('./commands/pack.ts')))
  add(
    'submit',
    'render a .blend on the farm',
    './backlot submit scene.blend --frames 1-100 --follow --download ./frames',
  )
    .argument('<file>')
    .option('--frames <frames>', "such as 1-10,20-30x2; absent: the scene's range")
    .option('--chunk <n>', 'frames of one task; absent or auto: as many as take --task-time', numberOrAuto)
    .option('--task-time <seconds>', 'how long a task should take', wholeNumber, 120)
    .addOption(new Option('--order <order>', 'in which frames are rendered').choices(frameOrders).default('linear'))
    .option('--wait-for-approval', 'render the first three of the order, then wait for `backlot job approve`')
    .option('--name <name>', "of the job; absent: the file's")
    .option('--project <id>', 'project of the job')
    .addOption(new Option('--mode <mode>', 'how files travel').choices(['project', 'zip']).default('project'))
    .option('--root <dir>', 'project root; absent: the common folder of all files')
    .option('--scene <name>')
    .addOption(new Option('--engine <engine>').choices(renderEngines))
    .addOption(new Option('--format <format>').choices(imageFormats))
    .option('--samples <n>', 'samples per pixel', wholeNumber)
    .option('--width <pixels>', 'of the picture', wholeNumber)
    .option('--height <pixels>', 'of the picture', wholeNumber)
    .option('--percentage <n>', 'of that size', wholeNumber)
    .option('--blender <version>', "such as 5.0 or 4.5.15; absent: the file's own or the nearest newer")
    .addOption(new Option('--device <device>').choices(['auto', 'cpu', 'gpu']).default('auto'))
    .option('--tags <tags>', 'comma-separated; a worker must have all', '')
    .option('--any-tags <tags>', 'comma-separated; a worker must have one', '')
    .option('--not-tags <tags>', 'comma-separated; a worker must have none', '')
    .option('--memory <GiB>', "that a worker's machine must have", wholeNumber, 0)
    .option('--pool <name>', 'the part of the farm that it belongs to; see `backlot limits`')
    .option('--licences <names>', 'comma-separated; every task that runs needs one token of each', '')
    .option('--max-running <n>', 'tasks of it that run at once', positiveNumber)
    .option('--priority <n>', '0 to 100', wholeNumber, 50)
    .option('--retries <n>', 'of each task', wholeNumber, 3)
    .option(
      '--max-failures <n>',
      'give the job up when more of its tasks fail for good (default: a tenth)',
      wholeNumber,
    )
    .addOption(
      new Option('--split <how>', 'render one frame in ranges of its samples on many workers; auto: when it takes long')
        .choices(splitWishes)
        .default('auto'),
    )
    .option('--split-over <seconds>', 'what takes long, by an estimate from pixels and samples', wholeNumber, splitOver)
    .option('--noise <threshold>', "a split frame is good enough with less noise; Cycles' measure, such as 0.01", share)
    .option('--no-warm', 'a new Blender for every task')
    .option('--no-upload-while-rendering', 'begin a frame only when the one before has arrived')
    .option('--no-video', 'no preview video')
    .option('--allow-scripts', 'let scripts inside the .blend run')
    .option('--ignore-errors', 'submit although files are missing')
    .option('--follow', 'wait and show progress until the job ends')
    .option('--download <dir>', 'fetch frames as they finish')
    .action(action(() => import('./commands/submit.ts')))

  add('jobs', 'your jobs, newest first', './backlot jobs --state running')
    .addOption(new Option('--state <state>').choices(jobStates))
    .option('--limit <n>', 'at most so many', wholeNumber, 50)
    .action(action(() => import('./commands/jobs.ts')))
  add('queue', 'what waits, and when it will be rendered', './backlot queue').action(
    action(() => import('./commands/queue.ts')),
  )
  addFarmCommands(add, action)

  const job = add('job', 'one job', './backlot job show ID')
  add('show', 'state, counts, time left', './backlot job show ID', job)
    .argument('<id>')
    .action(action(() => import('./commands/job-show.ts')))
  for (const [name, description] of [
    ['cancel', 'end its renders; finished frames stay'],
    ['pause', 'start no further tasks'],
    ['resume', 'go on'],
    ['approve', 'the frames that it waits with are good: render the others'],
    ['finish', 'a split still is good enough: merge what is rendered'],
    ['continue', 'more samples for a split still; those that it has stay'],
    ['requeue', 'do again what failed or was cancelled'],
    ['delete', 'delete an ended job'],
  ] as const) {
    const command = add(name, description, `./backlot job ${name} ID`, job).argument('<id>')
    if (name === 'continue') command.requiredOption('--samples <n>', 'that it is to have', wholeNumber)
    if (name === 'requeue') command.option('--all', 'everything').option('--frames <frames>', 'these frames')
    command.action(action(async () => ({ run: (await import('./commands/job-change.ts')).change(name) })))
  }
  add('change', 'its priority, or how many of its tasks run at once', './backlot job change ID --max-running 4', job)
    .argument('<id>')
    .option('--priority <n>', '0 to 100', wholeNumber)
    .option('--max-running <n>', 'tasks at once; none: as many as there are workers', numberOrNone)
    .action(action(() => import('./commands/job-settings.ts')))
  add('export', 'write it for another farm', './backlot job export ID --openjd --to ./shot-openjd', job)
    .argument('<id>')
    .requiredOption('--openjd', 'as an Open Job Description template: Deadline Cloud and others read it')
    .option('--to <dir>', "a new folder; absent: the job's name")
    .option('--frames-per-task <n>', 'each task starts a Blender; absent: as submitted, else 10', positiveNumber)
    .action(action(() => import('./commands/job-export.ts')))
  add('why', 'why it is not running', './backlot job why ID', job)
    .argument('<id>')
    .action(action(() => import('./commands/job-why.ts')))
  add('timeline', 'who rendered what, when', './backlot job timeline ID', job)
    .argument('<id>')
    .action(action(() => import('./commands/job-timeline.ts')))
  add('logs', "Blender's log", './backlot job logs ID --follow', job)
    .argument('<id>')
    .option('--follow', 'wait for more until the job ends')
    .action(action(() => import('./commands/job-logs.ts')))

  add('download', 'fetch the frames of a job', './backlot download ID --to ./frames --auto')
    .argument('<job>')
    .option('--to <dir>', 'folder for the files; absent: named after the job')
    .option('--auto', 'go on until the job ends')
    .action(action(() => import('./commands/download.ts')))
  add('report', 'the diagnostic report of a submission or download', './backlot report LATEST')
    .argument('[which]', 'LATEST or a path', 'LATEST')
    .action(action(() => import('./commands/report.ts')))
  add('bench', 'measure, against peers', './backlot bench leases --quick')
    .argument('[names...]')
    .option('--quick', 'smaller and faster')
    .action(action(() => import('./commands/bench.ts')))
  add('simulate', 'the farm under every fault, in virtual time', './backlot simulate --seeds 1000')
    .option('--seeds <number>', 'so many schedules', wholeNumber)
    .option('--from <number>', 'beginning with this seed', wholeNumber)
    .option('--seed <number>', 'this one alone', wholeNumber)
    .option('--only <numbers>', 'only these actions of it: 0-4,7')
    .option('--fault <name>', 'with a deliberate fault, which it must find')
    .option('--list-faults', 'the deliberate faults')
    .option('--report <file>', 'write everything about the run there, as JSON')
    .action(action(() => import('./commands/simulate.ts')))
  add(
    'chaos',
    'a real farm of three workers while things die, freeze, break and fill',
    './backlot chaos --minutes 10 --seed 1',
  )
    .option('--minutes <number>', 'so long', positiveNumber)
    .option('--seed <number>', 'what goes wrong when follows from it', wholeNumber)
    .action(action(() => import('./commands/chaos.ts')))
  add('openapi', "the API's description", './backlot openapi > openapi.json').action(
    action(() => import('./commands/openapi.ts')),
  )
  const migrate = add('migrate', "the database's schema", './backlot migrate status')
  for (const name of ['up', 'down', 'status'] as const) {
    const command = add(
      name,
      { up: 'apply what is new', down: 'take back the newest', status: 'what is applied' }[name],
      `./backlot migrate ${name}`,
      migrate,
    )
    if (name === 'down')
      command
        .option('--to <number>', 'down to this one, which stays', wholeNumber)
        .option('--yes', 'do not ask whether its tables may be deleted')
    command.action(action(async () => ({ run: (await import('./commands/migrate.ts')).migrate(name) })))
  }
  const token = add('token', 'tokens for scripts and workers', './backlot token list')
  add('create', 'make one; it is shown once', './backlot token create --name nightly', token)
    .requiredOption('--name <name>')
    .option('--worker', 'a join token for workers')
    .option('--days <n>', 'days until it ends', positiveNumber)
    .action(action(() => import('./commands/token-create.ts')))
  add('list', 'yours', './backlot token list', token).action(action(() => import('./commands/token-list.ts')))
  add('revoke', 'end one', './backlot token revoke ID', token)
    .argument('<id>')
    .action(action(() => import('./commands/token-revoke.ts')))
  add(
    'completion',
    'completion of commands and options for your shell',
    'eval "$(./backlot completion bash)"    # in ~/.bashrc; zsh alike; fish: ./backlot completion fish | source',
  )
    .addArgument(new Argument('<shell>').choices(shells))
    .action(action(async () => ({ run: (await import('./commands/completion.ts')).completion(program) })))
  return program
}

/** Those that `completion` writes a script for. */
const shells = ['bash', 'zsh', 'fish']
