import { z } from 'zod';

/** What a provider's verification asks for. Members that no version of the broker knows are let through. */
export const verificationRequest = z.looseObject({
  consumerVersionSelectors: z
    .array(
      z.looseObject({
        consumer: z.string().optional(),
        mainBranch: z.boolean().optional(),
        branch: z.string().optional(),
        fallbackBranch: z.string().optional(),
        matchingBranch: z.boolean().optional(),
        tag: z.string().optional(),
        fallbackTag: z.string().optional(),
        latest: z.boolean().optional(),
        deployed: z.boolean().optional(),
        released: z.boolean().optional(),
        deployedOrReleased: z.boolean().optional(),
        environment: z.string().optional(),
      }),
    )
    .default([]),
  providerVersionBranch: z.string().nullish(),
  providerVersionTags: z.array(z.string()).default([]),
  includePendingStatus: z.boolean().default(false),
  includeWipPactsSince: z.string().nullish(),
});

export type VerificationRequest = z.infer<typeof verificationRequest>;
export type ConsumerVersionSelector = VerificationRequest['consumerVersionSelectors'][number];
