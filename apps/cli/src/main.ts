import module from 'node:module'

// Compiled code of the last run is kept: a command starts in half the time.
module.enableCompileCache()

const { runProgram } = await import('./program.ts')
process.exitCode = await runProgram(process.argv.slice(2))
