// A bot of Probot that hears of advisories and does nothing. Probot checks the signature and parses the body.
export default (app) => {
  app.on("repository_advisory", async () => {});
};
