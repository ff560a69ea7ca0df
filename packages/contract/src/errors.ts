/**
 * Every error that Backlot can show to a person or a script.
 *
 * A code never changes its meaning. The title and the advice are what the docs page says; a message may be more
 * specific. `pnpm generate` writes `docs/reference/errors` from this table; `tools/error-codes.test.ts` fails when a code of
 * the sources is missing here, or one of the table is not used.
 */

/** One taxonomy for HTTP status, CLI exit code and what a client does next. `FailureKind` of base has the same members. */
export const failureStatus = {
  auth: 401,
  permission: 403,
  not_found: 404,
  conflict: 409,
  invalid: 422,
  network: 502,
  rate_limited: 429,
  server_error: 500,
} as const
export type FailureKind = keyof typeof failureStatus

export interface ErrorDefinition {
  kind: FailureKind
  /** What happened, when the thrower has nothing more specific to say. */
  title: string
  /** What to do about it, as an instruction. */
  advice: string
  /** Only where the kind's own status is not exact enough (413, 416, 507 …). */
  status?: number
}

const define = <T extends Record<string, ErrorDefinition>>(table: T): T => table

export const errorTable = define({
  // Signing in
  'auth.required': {
    kind: 'auth',
    title: 'You are not signed in.',
    advice: 'Run `backlot login`, or sign in on the web page.',
  },
  'auth.invalid_token': {
    kind: 'auth',
    title: 'The token is not valid.',
    advice: 'Sign in again; a script needs a new token from `backlot token create`.',
  },
  'auth.expired_token': {
    kind: 'auth',
    title: 'The sign-in has expired.',
    advice: 'Sign in again with `backlot login`.',
  },
  'auth.wrong_credentials': {
    kind: 'auth',
    title: 'E-mail or password is wrong.',
    advice: 'Check both and try again; an administrator can set a new password.',
  },
  'auth.device_pending': {
    kind: 'conflict',
    title: 'The sign-in was not confirmed in the browser yet.',
    advice: 'Open the shown page, confirm the code, and keep waiting.',
  },
  'auth.device_slow_down': {
    kind: 'rate_limited',
    title: 'The client asks too often.',
    advice: 'Wait for the given interval between two questions.',
  },
  'auth.device_denied': {
    kind: 'permission',
    title: 'The sign-in was refused in the browser.',
    advice: 'Start again with `backlot login --device` and confirm it.',
  },
  'auth.device_expired': {
    kind: 'invalid',
    title: 'The device code is unknown or has expired.',
    advice: 'Start again with `backlot login --device`.',
  },
  'auth.setup_closed': {
    kind: 'conflict',
    title: 'This installation already has an administrator.',
    advice: 'Sign in; an administrator can invite you.',
  },
  'auth.setup_token_wrong': {
    kind: 'permission',
    title: 'The setup link is wrong or was used.',
    advice: 'Take the link that `backlot up` printed last.',
  },
  'auth.weak_password': {
    kind: 'invalid',
    title: 'The password is too weak.',
    advice: 'Use at least 12 characters that are not a common password.',
  },
  'auth.too_many_attempts': {
    kind: 'rate_limited',
    title: 'Too many tries.',
    advice: 'Wait for the number of seconds in `retryAfterSeconds`, then try again.',
  },
  'auth.forbidden': {
    kind: 'permission',
    title: 'Your role does not allow this.',
    advice: 'Ask a tenant administrator for the role that the details name.',
  },
  'auth.worker_token_invalid': {
    kind: 'auth',
    title: "The worker's token is not valid.",
    advice: 'Make a join token (`backlot token create --worker`) and start the worker with it.',
  },

  // Requests
  'request.invalid': {
    kind: 'invalid',
    title: 'The request is not valid.',
    advice: 'Correct the fields that the details name.',
  },
  'request.too_large': {
    kind: 'invalid',
    status: 413,
    title: 'The request is too large.',
    advice: 'Send less at once: the limit is in the details.',
  },
  'request.range_not_satisfiable': {
    kind: 'invalid',
    status: 416,
    title: 'The range lies outside the file.',
    advice: 'Ask for the size first, then for a part of it.',
  },
  'request.route_not_found': {
    kind: 'not_found',
    title: 'There is no such route.',
    advice: 'See the OpenAPI description at /api/v1/openapi.json.',
  },
  'request.rate_limited': {
    kind: 'rate_limited',
    title: 'Too many requests.',
    advice: 'Wait for the number of seconds in `retryAfterSeconds`.',
  },
  'request.conflict': {
    kind: 'conflict',
    title: 'Somebody else changed this at the same time.',
    advice: 'Load it again and repeat the change.',
  },

  // Tenants and projects
  'tenant.not_found': {
    kind: 'not_found',
    title: 'There is no such tenant, or you are not in it.',
    advice: 'Choose one of your tenants: `backlot whoami` lists them.',
  },
  'tenant.slug_taken': {
    kind: 'conflict',
    title: 'A tenant with this short name exists.',
    advice: 'Choose another short name.',
  },
  'project.not_found': {
    kind: 'not_found',
    title: 'There is no such project.',
    advice: 'Choose another project; `backlot whoami` lists yours.',
  },
  'project.name_taken': { kind: 'conflict', title: 'A project with this name exists.', advice: 'Choose another name.' },
  'member.exists': {
    kind: 'conflict',
    title: 'This person already belongs to the tenant.',
    advice: 'Change the role instead.',
  },
  'member.not_found': {
    kind: 'not_found',
    title: 'This person is not a member of the tenant.',
    advice: 'Add the person to the tenant first.',
  },
  'member.last_admin': {
    kind: 'conflict',
    title: 'A tenant needs an administrator.',
    advice: 'Make somebody else an administrator first.',
  },
  'token.not_found': {
    kind: 'not_found',
    title: 'There is no such token.',
    advice: 'List them with `backlot token list`.',
  },

  // Storage and transfer
  'blob.not_found': {
    kind: 'not_found',
    title: 'This file is not in storage.',
    advice: 'Upload it first; a resubmission sends what is missing.',
  },
  'blob.hash_mismatch': {
    kind: 'invalid',
    title: 'The received bytes do not have the announced hash.',
    advice: 'Send the file again; it may have changed while it was read.',
  },
  'blob.malformed_pack': {
    kind: 'invalid',
    title: 'The pack of files is malformed.',
    advice: "Update the client: it does not speak this server's protocol.",
  },
  'upload.not_found': {
    kind: 'not_found',
    title: 'There is no such upload.',
    advice: 'Begin the upload again; it may have been cleaned up.',
  },
  'upload.part_invalid': {
    kind: 'invalid',
    title: 'The part has a wrong number, size or hash.',
    advice: 'Send this part again.',
  },
  'upload.incomplete': {
    kind: 'conflict',
    title: 'Parts are missing.',
    advice: 'Send the parts that the details list, then complete again.',
  },
  'tree.invalid_path': {
    kind: 'invalid',
    title: 'A path in the tree is not allowed.',
    advice: 'Use relative paths with / and without `..`, drive letters or reserved names.',
  },
  'tree.not_found': { kind: 'not_found', title: 'There is no such tree.', advice: 'Submit again.' },
  'storage.disk_full': {
    kind: 'server_error',
    status: 507,
    title: "The server's disk is full.",
    advice: 'Free space in the data folder, then try again: what was sent is kept.',
  },
  'storage.unavailable': {
    kind: 'server_error',
    status: 503,
    title: 'Storage does not answer.',
    advice: 'Check the storage settings with `backlot doctor`.',
  },
  'transfer.file_changed': {
    kind: 'conflict',
    title: 'A file changed while it was uploaded.',
    advice: 'Save your work, then submit again.',
  },
  'transfer.unreadable': {
    kind: 'invalid',
    title: "A file can't be read.",
    advice: 'Check that it exists and that you may read it.',
  },
  'transfer.disk_full': {
    kind: 'invalid',
    title: 'The disk is full.',
    advice: 'Free space, or choose another folder, then run the same command again: it goes on where it was.',
  },

  // Submission
  'submit.not_a_blend': {
    kind: 'invalid',
    title: 'This is not a .blend file.',
    advice: 'Save the scene in Blender and give the path of the saved .blend.',
  },
  'submit.file_not_found': { kind: 'not_found', title: 'There is no such file.', advice: 'Check the path.' },
  'submit.no_camera': {
    kind: 'invalid',
    title: 'The scene has no camera.',
    advice: "Add a camera, make it the scene's camera, save, and submit again.",
  },
  'submit.scene_not_found': {
    kind: 'invalid',
    title: 'There is no scene of that name.',
    advice: 'Use one of the scenes that the details list.',
  },
  'submit.missing_files': {
    kind: 'invalid',
    title: 'Files that the scene needs are missing.',
    advice: 'Restore them, or go on without them with --ignore-errors.',
  },
  'submit.invalid_frames': {
    kind: 'invalid',
    title: 'The frame range is malformed.',
    advice: 'Write frames as 1-10,20-30x2: first-last, with an optional step after x.',
  },
  'submit.clock_drift': {
    kind: 'invalid',
    title: "This machine's clock differs from the server's by more than five minutes.",
    advice: 'Set the clock right, then submit again.',
  },
  'submit.no_space': {
    kind: 'invalid',
    title: 'There is not enough free disk space.',
    advice: 'Free the amount that the details name.',
  },
  'pack.fixed_paths': {
    kind: 'invalid',
    title: 'References lead out of the project and can not be rewritten.',
    advice:
      'In Blender: unpack the linked libraries that the details name, save, and try again; or use --ignore-errors.',
  },
  'pack.invalid_archive': {
    kind: 'invalid',
    title: 'A ZIP archive can not be unpacked.',
    advice: 'Make it anew with `backlot pack` or `backlot submit --mode zip`, or submit without --mode zip.',
  },
  'pack.root_not_found': {
    kind: 'not_found',
    title: 'The project root is no folder.',
    advice: 'Give --root a folder that exists, or leave it out: then the folder that all files share is taken.',
  },
  'pack.target_in_use': {
    kind: 'conflict',
    title: 'The pack would overwrite something.',
    advice: 'Choose another name for it: a new or empty folder, or a ZIP file that is not part of the project.',
  },

  // Jobs
  'job.not_found': {
    kind: 'not_found',
    title: 'There is no such job.',
    advice: "It may be deleted, or somebody else's: `backlot jobs` and the page of jobs list yours.",
  },
  'job.illegal_transition': {
    kind: 'conflict',
    title: 'The job is in a state that does not allow this.',
    advice: "Look at the job's state; the details name the states that would allow it.",
  },
  'job.frame_not_found': {
    kind: 'not_found',
    title: 'This frame is not finished, or is not part of the job.',
    advice: "Look at the job's frames.",
  },
  'job.output_not_found': {
    kind: 'not_found',
    title: 'The job has no such output.',
    advice: 'List the outputs of the job first.',
  },
  'farm.illegal_transition': {
    kind: 'conflict',
    title: 'This change of state is not allowed.',
    advice: 'This is a defect: report it with the details.',
  },
  'farm.stale_attempt': {
    kind: 'conflict',
    title: 'This attempt no longer holds the task.',
    advice: 'Drop the result: the task was given to another worker or cancelled.',
  },
  'worker.not_found': {
    kind: 'not_found',
    title: 'There is no such worker.',
    advice: 'List them with `backlot workers list`, or on the web page.',
  },
  'worker.shared': {
    kind: 'permission',
    title: 'The worker serves every tenant.',
    advice: 'Ask a person who administrates the whole installation.',
  },
  'worker.version_too_old': {
    kind: 'conflict',
    title: 'The worker is too old for this server.',
    advice: "Update the worker to the server's version.",
  },

  // Rendering: causes of a failed attempt
  'render.scene_error': {
    kind: 'invalid',
    title: "The scene can't be rendered.",
    advice: 'Open the log of the failed frame: it names what is wrong in the scene.',
  },
  'render.no_camera': {
    kind: 'invalid',
    title: 'The scene has no camera.',
    advice: "Add a camera, make it the scene's camera, save, and submit again.",
  },
  'render.views_apart': {
    kind: 'invalid',
    title: 'The scene writes a file for each view.',
    advice:
      'Set Views Format to Stereo 3D in the output properties, or to Multi-View with EXR, so that a frame is one file, save, and submit again.',
  },
  'render.split_refused': {
    kind: 'invalid',
    title: 'The samples of this scene can not be rendered apart.',
    advice: 'Submit it with `--split off`: one worker renders it. The message says what stands in the way.',
  },
  'render.path_too_long': {
    kind: 'invalid',
    title: "The scene's path is longer than Blender can read.",
    advice: "Shorten the names of the project's folders, or give the worker a data folder with a short path.",
  },
  'render.missing_asset': {
    kind: 'invalid',
    title: 'A file that the scene needs is missing on the worker.',
    advice: "Submit again; look at the submission's report for the missing file.",
  },
  'render.script_error': {
    kind: 'invalid',
    title: 'A Python script in the scene failed.',
    advice: 'Look at the traceback in the log and correct the script; it must not end Blender or open another file.',
  },
  'render.out_of_memory': {
    kind: 'server_error',
    title: 'The render ran out of memory.',
    advice: 'Use smaller textures or a worker with more memory.',
  },
  'render.gpu_error': {
    kind: 'server_error',
    title: 'The graphics device failed.',
    advice: "Look at the worker's devices; render on another worker or on the CPU.",
  },
  'render.cancelled': {
    kind: 'conflict',
    title: 'The render was cancelled.',
    advice: 'Nothing to do, unless it should be rendered after all: requeue it.',
  },
  'render.denoiser_missing': {
    kind: 'invalid',
    title: 'The scene asks for denoising, and this Blender has no denoiser.',
    advice: 'Render with an official Blender, or switch denoising off in the scene.',
  },
  'render.crashed': {
    kind: 'server_error',
    title: 'Blender crashed.',
    advice: 'The crash log is kept with the attempt; try another Blender version.',
  },
  'render.stalled': {
    kind: 'server_error',
    title: 'The render made no progress for too long and was ended.',
    advice: 'Look at the log; raise the stall time-out if the frame really takes that long.',
  },
  'render.licence_missing': {
    kind: 'conflict',
    title: 'A licence was not free.',
    advice: 'The farm tries again in a minute. `--licences` keeps more tasks from running than there are tokens.',
  },
  'render.no_blender': {
    kind: 'invalid',
    title: 'No suitable Blender is installed on the worker.',
    advice: 'Run `backlot blender install` with the version that the job asks for.',
  },
  'render.bad_output': {
    kind: 'server_error',
    title: 'The rendered file is incomplete or damaged.',
    advice: "The frame is rendered again; if it repeats, check the worker's disk.",
  },
  'render.disk_full': {
    kind: 'server_error',
    title: "The worker's disk is full.",
    advice: 'Free space on the worker or lower its cache limit.',
  },
  'render.host_error': {
    kind: 'server_error',
    title: 'The worker failed, not the render.',
    advice: 'Nothing to do: the frame goes to another worker.',
  },

  // Reading .blend files
  'blend.not_a_blend': {
    kind: 'invalid',
    title: 'The file is not a .blend file.',
    advice: 'Give a file that Blender saved.',
  },
  'blend.truncated': {
    kind: 'invalid',
    title: 'The .blend file ends too early.',
    advice: 'Save it again in Blender, or take a backup (.blend1): the disk may have been full.',
  },
  'blend.corrupt': {
    kind: 'invalid',
    title: 'The .blend file is damaged.',
    advice: 'Open it in Blender, save it under a new name, or take a backup (.blend1).',
  },
  'blend.unsupported_compression': {
    kind: 'invalid',
    title: 'The compression of this .blend file is not supported.',
    advice: "Save it uncompressed or with Blender's own compression.",
  },
  'blend.unreadable': {
    kind: 'invalid',
    title: "The .blend file can't be read.",
    advice: 'Check that it exists and that you may read it.',
  },
  'blend.not_downloaded': {
    kind: 'invalid',
    title: 'A file is in a cloud and not on this disk.',
    advice:
      'Let its cloud program download the file ("Always keep on this device"), or check that it runs and is signed in.',
  },
  'blend.too_large': {
    kind: 'invalid',
    title: 'The .blend file expands to more than a real one can hold.',
    advice: 'If it is real, save it without compression.',
  },

  // Rewriting paths in .blend files
  'blend.path_too_long': {
    kind: 'invalid',
    title: 'A path is longer than its field in the .blend file.',
    advice: 'Choose a shorter folder: Blender has a fixed room for each path, and cuts off what is longer.',
  },
  'blend.path_not_storable': {
    kind: 'invalid',
    title: "A path of the .blend file can't be changed like this.",
    advice: 'Leave this path as it is, or give one that its field can hold.',
  },
  'blend.edits_conflict': {
    kind: 'invalid',
    title: 'Two new paths were given for the same place in a .blend file.',
    advice: 'Give every path of the file only one new path.',
  },
  'blend.changed': {
    kind: 'conflict',
    title: 'The .blend file has changed since it was traced.',
    advice: 'Trace it again; it was saved or replaced meanwhile.',
  },
  'blend.same_file': {
    kind: 'invalid',
    title: 'The .blend file would be written over itself.',
    advice: 'Choose another target: a file is never rewritten in place.',
  },
  'blend.unwritable': {
    kind: 'invalid',
    title: "The rewritten .blend file can't be written.",
    advice: 'Check that the folder exists, that you may write to it, and that its disk has room.',
  },

  // This machine
  'blender.not_found': {
    kind: 'not_found',
    title: 'No Blender was found on this machine.',
    advice: 'Run `backlot blender install`, or set BACKLOT_BLENDER to the path of one.',
  },
  'blender.unknown_version': {
    kind: 'invalid',
    title: 'This version of Blender can not be had.',
    advice: 'Ask for 5.0.1, 4.5 or 4.2, or install the wanted one yourself and set BACKLOT_BLENDER to its path.',
  },
  'blender.install_failed': {
    kind: 'server_error',
    title: 'Blender could not be installed.',
    advice: 'The message names every way that was tried; or install Blender yourself: Backlot finds it.',
  },
  'blender.checksum_mismatch': {
    kind: 'server_error',
    title: 'A download does not have its published checksum.',
    advice: 'Try again; if it repeats, something between this machine and the site changes downloads.',
  },
  'blender.python_missing': {
    kind: 'invalid',
    title: 'The bpy module needs Python 3.11.',
    advice: 'Install Python 3.11, or the official Blender from blender.org: Backlot finds both.',
  },
  'blender.system_packages': {
    kind: 'permission',
    title: 'Packages of the system are needed first.',
    advice: 'Run the command in the message as an administrator, then try again.',
  },
  'blender.library_missing': {
    kind: 'invalid',
    title: 'Blender lacks a library of the system.',
    advice: 'Run `backlot doctor`: it names the package; then try again.',
  },
  'blender.not_installed': {
    kind: 'not_found',
    title: 'Backlot has not installed such a Blender.',
    advice: 'List them with `backlot blender list`; only those that Backlot fetched can be removed.',
  },
  'cli.usage': {
    kind: 'invalid',
    title: 'The command was not understood.',
    advice: 'Run it with --help for an example.',
  },
  'cli.not_running': {
    kind: 'network',
    title: 'No Backlot server answers.',
    advice: 'Start one with `backlot up`, or name one with --server URL.',
  },
  'cli.interrupted': {
    kind: 'conflict',
    title: 'Interrupted.',
    advice: 'Run the same command again: it goes on where it was.',
  },
  'cli.internal': {
    kind: 'server_error',
    title: 'Something went wrong inside this program.',
    advice: 'Try again; if it repeats, report it with the lines below.',
  },
  'report.not_found': {
    kind: 'not_found',
    title: 'There is no such report.',
    advice: 'Submit or download something first, or give the path of a report.',
  },
  'host.port_taken': {
    kind: 'conflict',
    title: 'The port is in use.',
    advice: 'Choose another with --port, or --port 0 for any free one.',
  },
  'host.no_permission': {
    kind: 'permission',
    title: 'No right to write there.',
    advice: 'Choose a folder that you may write to: --data, BACKLOT_CONFIG or BACKLOT_CACHE.',
  },
  'host.disk_full': {
    kind: 'server_error',
    status: 507,
    title: 'The disk is full.',
    advice: 'Free space, then run the command again.',
  },
  'host.already_running': {
    kind: 'conflict',
    title: 'Backlot already runs with this data folder.',
    advice: 'Use the running one, or choose another folder with --data.',
  },
  // The database
  'database.no_binaries': {
    kind: 'invalid',
    title: 'No PostgreSQL is installed for this platform.',
    advice: 'Run the same command again to install it, or set DATABASE_URL to a PostgreSQL 18 of your own.',
  },
  'database.no_system_user': {
    kind: 'permission',
    title: 'The system user for the database could not be created.',
    advice: 'Run Backlot as a normal user, or set DATABASE_URL to a PostgreSQL 18 of your own.',
  },
  'database.start_failed': {
    kind: 'server_error',
    title: 'The database did not start.',
    advice: 'The details hold its last log lines; check free disk space and the rights of the data folder.',
  },
  'database.unreachable': {
    kind: 'server_error',
    status: 503,
    title: 'The database does not answer.',
    advice: 'Try again in a moment; an administrator checks DATABASE_URL or the log of PostgreSQL.',
  },
  'database.unsuitable': {
    kind: 'invalid',
    title: 'This PostgreSQL server is not suitable.',
    advice: 'Use PostgreSQL 18 or newer and a login with CREATEROLE and CREATEDB, or leave DATABASE_URL away.',
  },
  'database.in_use': {
    kind: 'conflict',
    title: 'A server works with this database.',
    advice: 'Stop it (Ctrl-C in the terminal of `backlot up`), run the command again, then start it again.',
  },
  'database.migration_changed': {
    kind: 'conflict',
    title: 'A migration that was applied differs from its file.',
    advice: 'Use the version of Backlot that this database was made with, or a newer one.',
  },
  'database.migration_failed': {
    kind: 'server_error',
    title: 'A migration of the database failed and was rolled back.',
    advice: 'The details name the file and the reason; the database is as it was before.',
  },

  'network.unreachable': {
    kind: 'network',
    title: "The server can't be reached.",
    advice: 'Check the address and the network, then try again.',
  },
  'server.unavailable': {
    kind: 'server_error',
    status: 503,
    title: "The server can't work right now.",
    advice: 'Try again in a moment; an administrator sees more with `backlot doctor`.',
  },
  'server.internal': {
    kind: 'server_error',
    title: 'Something went wrong inside the server.',
    advice: 'Try again; if it repeats, report it with the request id.',
  },
})

export type ErrorCode = keyof typeof errorTable
export const errorCodes = Object.keys(errorTable) as ErrorCode[]

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code)
}

export function statusOf(code: ErrorCode): number {
  const definition: ErrorDefinition = errorTable[code]
  return definition.status ?? failureStatus[definition.kind]
}
