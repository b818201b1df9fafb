using System.Diagnostics;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Samples;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>The page's client is what the OpenAPI document gives.</summary>
public sealed class GeneratedClientTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_client_of_the_page_is_the_one_that_the_document_gives()
    {
        var web = Path.GetFullPath(Path.Combine(SampleFile.Folder, "..", "web"));
        var generator = Path.Combine(web, "node_modules", "openapi-typescript", "bin", "cli.js");
        if (!File.Exists(generator))
            Assert.Skip("The packages of the page are not installed: npm was not found, or BuildWeb was false.");
        var cancellationToken = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("workflow-client-");
        try
        {
            await using var database = await postgres.CreateDatabaseAsync();
            await using var server = await LocalServer.StartAsync(database);
            var document = Path.Combine(folder.FullName, "v1.json");
            var made = Path.Combine(folder.FullName, "schema.d.ts");
            await File.WriteAllTextAsync(
                document, await server.Client.Http.GetStringAsync("/openapi/v1.json", cancellationToken), cancellationToken);
            // For those who make other clients from it.
            if (Environment.GetEnvironmentVariable("WORKFLOW_TEST_DESCRIPTION") is { Length: > 0 } copy)
                File.Copy(document, copy, overwrite: true);

            using var process = Process.Start(
                new ProcessStartInfo("node", [generator, document, "-o", made])
                {
                    WorkingDirectory = web,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!;
            var said = await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);

            Assert.True(process.ExitCode == 0, string.Join('\n', said));
            Assert.True(
                await LinesAsync(made, cancellationToken) == await LinesAsync(
                    Path.Combine(web, "src", "api", "schema.d.ts"), cancellationToken),
                "web/src/api/schema.d.ts is not what the OpenAPI document gives. Start the server, and run `npm run generate` in web/.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> LinesAsync(string file, CancellationToken cancellationToken) =>
        (await File.ReadAllTextAsync(file, cancellationToken)).ReplaceLineEndings("\n");
}
