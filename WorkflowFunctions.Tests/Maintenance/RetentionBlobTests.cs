using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Retention;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Maintenance;

/// <summary>Retention with a container of Azure Blob Storage as its archive.</summary>
public class RetentionBlobTests(PostgresFixture postgres, AzuriteFixture azurite)
{
    [Fact]
    public async Task Rows_go_unchanged_into_compressed_lines_by_quarter_and_table()
    {
        await using var keeper = await BlobKeeper.CreateAsync(postgres, azurite, batchSize: 7);
        await keeper.Rows.AddManyAsync(100);
        await keeper.Rows.AddAsync("long", "running", "2 years");
        await keeper.Rows.Database.ExecuteAsync(
            "UPDATE agent_jobs SET error_message = E'two\\nlines, \\u2028 and \"quotes\"' WHERE node_id = 'b'");
        var before = await keeper.AllRowsAsync();

        var report = await RunAsync(keeper);

        Assert.Equal(before, await keeper.AllRowsAsync());
        Assert.Equal(["long"], await keeper.Rows.ExecutionsAsync());
        Assert.Empty(await keeper.Rows.ArchivesOfAsync("workflow_executions"));
        Assert.Equal(await keeper.BlobsAsync(), await keeper.ArchivedBlobsAsync());
        Assert.Equal(803, report.TotalRows);
        foreach (var line in report.Tables)
        {
            Assert.Null(line.ArchiveTable);
            Assert.Equal($"{line.Quarter}/{line.Table}/", line.BlobFolder);
            Assert.Equal(line.Rows, await CountAsync(keeper, line.BlobFolder!));
        }
    }

    [Fact]
    public async Task A_dry_run_writes_nothing_and_says_what_a_run_then_does()
    {
        await using var keeper = await BlobKeeper.CreateAsync(postgres, azurite, batchSize: 50);
        await keeper.Rows.AddManyAsync(20);

        var foreseen = await keeper.Rows.Retention.PreviewAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await keeper.BlobsAsync());
        Assert.Equal((await RunAsync(keeper)).Tables, foreseen.Tables);
        Assert.Equal(0, (await RunAsync(keeper)).TotalRows);
    }

    [Fact]
    public async Task An_execution_is_found_among_the_blobs_and_brought_back()
    {
        await using var keeper = await BlobKeeper.CreateAsync(postgres, azurite, batchSize: 7);
        await keeper.Rows.AddManyAsync(30);
        await RunAsync(keeper);

        var blobs = await keeper.Rows.Database.QueryAsync<string>(
            "SELECT name FROM workflow_archive_blobs WHERE 'old-7' BETWEEN first_execution_id AND last_execution_id AND archived_at IS NOT "
                + "NULL");
        foreach (var name in blobs.OrderByDescending(name => name.Contains("/workflow_executions/", StringComparison.Ordinal)))
        {
            var table = name.Split('/')[1];
            var key = table == "workflow_executions" ? "id" : "execution_id";
            await keeper.Rows.Database.ExecuteAsync(
                $"INSERT INTO {table} SELECT r.* FROM unnest($1) line, json_populate_record(NULL::{table}, line::json) r WHERE r.{key} = "
                    + "'old-7'",
                [(await keeper.LinesAsync(name)).ToArray()]);
        }

        Assert.Equal(["old-7"], await keeper.Rows.ExecutionsAsync());
        Assert.Equal(2, await keeper.Rows.CountAsync("agent_jobs"));
        Assert.Equal(2, await keeper.Rows.CountAsync("workflow_execution_events"));
        Assert.InRange(blobs.Count, 6, 12);
    }

    [Fact]
    public async Task What_a_run_has_left_unfinished_is_removed_by_the_next_one()
    {
        await using var keeper = await BlobKeeper.CreateAsync(postgres, azurite, batchSize: 7);
        await keeper.Rows.AddManyAsync(10);
        await keeper.Rows.Database.ExecuteAsync(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$");
        await keeper.Rows.Database.ExecuteAsync(
            "CREATE TRIGGER refuses BEFORE DELETE ON workflow_executions FOR EACH ROW EXECUTE FUNCTION refuse()");
        var before = await keeper.AllRowsAsync();

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => RunAsync(keeper));

        Assert.NotEmpty(await keeper.BlobsAsync());
        Assert.Empty(await keeper.ArchivedBlobsAsync());
        Assert.Equal(before, await keeper.AllRowsAsync());
        await keeper.Rows.Database.ExecuteAsync("DROP TRIGGER refuses ON workflow_executions");
        await RunAsync(keeper);
        Assert.Equal(before, await keeper.AllRowsAsync());
        Assert.Equal(await keeper.BlobsAsync(), await keeper.ArchivedBlobsAsync());
    }

    [Fact]
    public async Task Without_the_right_to_write_nothing_goes_and_the_container_is_named()
    {
        var connection = await azurite.ConnectAsync(Convert.ToBase64String(new byte[64]));
        await using var keeper = await Keeper.CreateAsync(postgres, ("Retention:Blob:ConnectionString", connection));
        await keeper.AddManyAsync(3);

        var exception = await Assert.ThrowsAsync<ArchiveUnavailableException>(
            () => keeper.Retention.RunAsync(TestContext.Current.CancellationToken));

        Assert.Contains("/devstoreaccount1/workflow-archive cannot be used", exception.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await keeper.ExecutionsAsync()).Count);
    }

    [Fact]
    public async Task An_address_with_a_signature_that_only_allows_to_write_blobs_is_enough()
    {
        var container = new BlobContainerClient(await azurite.ConnectAsync(), $"signed-{Guid.NewGuid():N}");
        await container.CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        var address = container.GenerateSasUri(
            BlobContainerSasPermissions.Write | BlobContainerSasPermissions.Create, DateTimeOffset.UtcNow.AddHours(1));
        await using var keeper = await Keeper.CreateAsync(postgres, ("Retention:Blob:ContainerUri", address.AbsoluteUri));
        await keeper.AddManyAsync(3);

        Assert.Equal(24, (await keeper.Retention.RunAsync(TestContext.Current.CancellationToken)).TotalRows);

        Assert.Empty(await keeper.ExecutionsAsync());
        await container.DeleteAsync(cancellationToken: TestContext.Current.CancellationToken);
        await keeper.AddManyAsync(3);
        var exception = await Assert.ThrowsAsync<ArchiveUnavailableException>(
            () => keeper.Retention.RunAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain("sig=", exception.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await keeper.ExecutionsAsync()).Count);
    }

    [Theory]
    [InlineData("Retention:Blob:ContainerUri", "archive", "Retention:Blob:ContainerUri must be an address")]
    [InlineData("Retention:Blob:ContainerUri", "https://account.blob.core.windows.net/", "Retention:Blob:ContainerUri must be an address")]
    [InlineData("Retention:Blob:ConnectionString", "nonsense", "Retention:Blob:ConnectionString and Container name no")]
    public async Task A_wrong_setting_is_named(string key, string value, string problem)
    {
        await using var keeper = await Keeper.CreateAsync(postgres, (key, value));

        var exception = Assert.Throws<OptionsValidationException>(() => keeper.Get<IOptions<RetentionOptions>>().Value);

        Assert.StartsWith(problem, Assert.Single(exception.Failures), StringComparison.Ordinal);
    }

    private static Task<RetentionReport> RunAsync(BlobKeeper keeper) =>
        keeper.Rows.Retention.RunAsync(TestContext.Current.CancellationToken);

    private static async Task<long> CountAsync(BlobKeeper keeper, string folder)
    {
        long count = 0;
        foreach (var name in (await keeper.BlobsAsync()).Where(name => name.StartsWith(folder, StringComparison.Ordinal)))
            count += (await keeper.LinesAsync(name)).Count;
        return count;
    }
}
