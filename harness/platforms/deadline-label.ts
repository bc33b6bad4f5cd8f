/** Label by which a service's authors say how long its deployment may take, in seconds. The embedded Marathon ends later ones. */
export const deploymentDeadlineLabel = 'STAGEGATE_DEPLOYMENT_DEADLINE_SECONDS';
