/** Writes one of the bombs to standard output. Argument: its number. */
import { bombs } from '@backlot/blendfile/node/testing/bombs'

process.stdout.write(bombs[Number(process.argv[2])]!.make())
