/** What the launcher was at when it failed. */
export type Stage = 'pnpm' | 'checkout' | 'dependencies'

/** A newcomer's mistakes and a machine's troubles, told from a tool's output: the line that says most, and what to do. */
export function explain(stage: Stage, output: string, freeMegabytes: number): string[] {
  const lines = output.split('\n').map((line) => line.replace(/^npm error /, '').trim())
  const said = (pattern: RegExp): string[] => lines.filter((line) => pattern.test(line)).slice(-1)

  if (/ENOSPC|no space left/i.test(output)) {
    return [`The disk is full (${freeMegabytes} MB free); this needs about 1 GB. Free some and run the command again.`]
  }
  if (stage === 'checkout' || /EROFS|EACCES|EPERM|read-only file system|permission denied/i.test(output)) {
    return [
      ...said(/EROFS|EACCES|EPERM|read-only|denied/i),
      'Its dependencies go into node_modules there. Make the folder yours (chown), or copy it to one that may be written to.',
    ]
  }
  if (/OUTDATED_LOCKFILE|NO_IMPORTER|not up to date/i.test(output)) {
    return [
      'A package.json and pnpm-lock.yaml do not fit together.',
      'If you changed a dependency: ./backlot pnpm install. Else: git status, and take the files back as they were.',
    ]
  }
  if (/EINTEGRITY|TARBALL_INTEGRITY|checksum/i.test(output)) {
    return [
      ...said(/EINTEGRITY|integrity|checksum/i),
      'What arrived is not what was pinned: a proxy or mirror may change files. Nothing of it was kept.',
    ]
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|dns error|error sending request|network|META_FETCH_FAIL/i.test(output)) {
    const host = /https?:\/\/([^/\s]+)/.exec(output)?.[1] ?? 'the registry'
    return [
      `${host} can't be reached. Connect this machine to the network (behind a proxy: set https_proxy)`,
      'and run the command again; what has arrived is kept.',
    ]
  }
  return lines.filter(Boolean).slice(-8)
}
