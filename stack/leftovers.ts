import * as pulumi from "@pulumi/pulumi";

/**
 * Says what helps when something cannot be made because it is there already: a run that was killed
 * made it and did not record it. The claim has made sure before that it is nobody else's.
 */
export const leftoverHint = new pulumi.ErrorHook("leftover-hint", async ({ name, errors }) => {
  if (errors.some((error) => /already (?:in use|exists)/.test(error))) {
    await pulumi.log.error(
      `${name} is there already and this stack does not know it: an interrupted run left it. ` +
        `Run "npm run up -- --stack ${pulumi.getStack()}", which finds and removes such leftovers.`,
    );
  }
  return false;
});
