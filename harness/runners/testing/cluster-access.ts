import axios from 'axios';
import { type DeployTools, marathonApi } from '../../environments/index.ts';
import { inspectApp, lastOutput, MarathonClient } from '../../platforms/index.ts';
import { systemClock } from '../../plumbing/clock.ts';
import { stageCluster } from './stage.ts';

/** A client of the run's Marathon. */
export function openMarathon(): MarathonClient {
  const { marathonUrl, auth } = stageCluster();
  return new MarathonClient({ url: marathonUrl, auth });
}

/** The stable address of an app on the edge, as the test reaches it. The app need not exist yet. */
export async function edgeAddress(appId: string): Promise<string> {
  const { edgeUrl, auth } = stageCluster();
  const { data } = await axios.post<{ address: string }>(
    new URL('/routes', edgeUrl).href,
    { appId },
    { proxy: false, ...(auth === null ? {} : { auth: { username: auth.user, password: auth.password } }) },
  );
  return data.address;
}

/** What deploying needs, for a test: what goes on is nobody's news. */
export function deployTools(marathon: MarathonClient): DeployTools {
  return {
    marathon: marathonApi(marathon),
    clock: systemClock,
    async lastOutput(taskId) {
      const { mesosUrl, auth } = stageCluster();
      return mesosUrl === null ? '' : lastOutput({ mesosUrl: new URL(mesosUrl), auth }, taskId);
    },
    inspect(appId) {
      const { mesosUrl, auth } = stageCluster();
      return inspectApp(marathon, mesosUrl === null ? null : { mesosUrl: new URL(mesosUrl), auth }, appId);
    },
    onProgress: () => {},
  };
}
