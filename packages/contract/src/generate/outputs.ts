import { openApi } from './openapi.ts'
import { pythonClient, pythonModels } from './python.ts'
import { errorPages, rolePage, routePage, statePage, failurePage, stepPage, topicPage } from './reference-docs.ts'

/** Every file that is made from the contract: path from the repository's root → text. */
export function contractOutputs(version: string): Map<string, string> {
  return new Map([
    ['docs/reference/openapi.json', `${JSON.stringify(openApi(version), null, 2)}\n`],
    ['docs/reference/states.md', statePage()],
    ['docs/reference/failures.md', failurePage()],
    ['docs/reference/roles.md', rolePage()],
    ['docs/reference/routes.md', routePage()],
    ['docs/reference/steps.md', stepPage()],
    ['docs/reference/hub-topics.md', topicPage()],
    ['extensions/blender/backlot/models_gen.py', pythonModels()],
    ['extensions/blender/backlot/client_gen.py', pythonClient()],
    ...errorPages(),
  ])
}
