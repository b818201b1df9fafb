using System.Text.Json;
using WorkflowFunctions.Api.Templates;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Local.Hosting;

/// <summary>The workflows of the folder <c>samples</c>, so that a new database is not empty.</summary>
internal static class SampleTemplates
{
    /// <summary>Saves the samples as templates, if there is no template yet.</summary>
    /// <returns>Whether the database was new.</returns>
    public static async Task<bool> AddToNewDatabaseAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var templates = services.GetRequiredService<TemplateStore>();
        var folder = Path.Combine(AppContext.BaseDirectory, "samples");
        if (!Directory.Exists(folder) || (await templates.ListAsync(null, null, null, null, 1, null, cancellationToken)).Count > 0)
            return false;
        // The list shows the newest first.
        foreach (var path in Directory.GetFiles(folder, "*.json").OrderDescending(StringComparer.Ordinal))
            await templates.CreateAsync(
                Read(JsonElement.Parse(await File.ReadAllBytesAsync(path, cancellationToken))), new Save("system", "A sample"),
                cancellationToken);
        return true;
    }

    private static TemplateRow Read(JsonElement file) => new()
    {
        Id = Ids.New("tpl"),
        WorkspaceId = "default",
        CreatedBy = "default",
        Name = file.GetProperty("name").GetString()!,
        Description = file.GetProperty("description").GetString(),
        Category = file.GetProperty("category").GetString(),
        NodesJson = file.GetProperty("nodes"),
        EdgesJson = file.GetProperty("edges"),
        DefaultParamsJson = file.GetProperty("default_params"),
    };
}
