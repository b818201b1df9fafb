using System.Text.Json;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Nodes.Models.Remote;

namespace WorkflowFunctions.Nodes.Models;

/// <summary>Finds the model that a request means.</summary>
internal sealed class ModelCatalog(IOptions<ModelOptions> options)
{
    /// <summary>The built-in model's name.</summary>
    public const string Offline = "offline";

    private readonly ConfiguredModel[] _models =
    [
        .. from endpoint in options.Value.Endpoints.OrderBy(endpoint => endpoint.Key, StringComparer.OrdinalIgnoreCase)
           from model in endpoint.Value.Models.OrderBy(model => model.Key, StringComparer.OrdinalIgnoreCase)
           select new ConfiguredModel(model.Key, model.Value, endpoint.Key, endpoint.Value),
    ];

    /// <summary>The models of the configuration.</summary>
    public IReadOnlyList<ConfiguredModel> Models => _models;

    /// <summary>The model of that name, or the default one; null means the offline model.</summary>
    /// <exception cref="ModelException">No such model is configured, or it makes something else.</exception>
    public ConfiguredModel? Find(string? name, ModelKind kind)
    {
        if (string.IsNullOrWhiteSpace(name))
            name = kind == ModelKind.Copy ? options.Value.Default : options.Value.DefaultImage;
        if (string.IsNullOrWhiteSpace(name))
            return _models.FirstOrDefault(model => model.Kind == kind);
        if (Same(name, Offline))
            return null;

        var found = _models.FirstOrDefault(model => Same(model.Name, name));
        if (found is null)
            throw Unusable($"The model '{name}' is not configured.");
        return found.Kind == kind ? found : throw Unusable($"The model '{found.Name}' is of kind {Word(found.Kind)}, not {Word(kind)}.");

        ModelException Unusable(string problem) => new($"{problem} Known {Word(kind)} models: {Known(kind)}. "
            + $"Name one of them or add the model to the configuration under {ModelOptions.Section}:Endpoints.")
        { Model = name };
    }

    /// <summary>The names of the models that a setting means, whether they are there or not.</summary>
    public string NamesOf(JsonElement settings, ModelKind kind)
    {
        string?[] names = !settings.TryGetProperty("model", out var model) ? []
            : model.ValueKind == JsonValueKind.String ? [model.GetString()]
            : [.. model.Items().Select(one => one.NonEmptyText())];
        return string.Join('\n', names.DefaultIfEmpty().Select(name => NameOf(name, kind)));
    }

    /// <summary>A kind as the configuration writes it.</summary>
    public static string Word(ModelKind kind) => kind == ModelKind.Copy ? "copy" : "image";

    /// <summary>The name of the model that a request means, whether it is there or not.</summary>
    public string NameOf(string? name, ModelKind kind)
    {
        var usual = kind == ModelKind.Copy ? options.Value.Default : options.Value.DefaultImage;
        var first = _models.FirstOrDefault(model => model.Kind == kind)?.Name;
        return new[] { name, usual, first }.FirstOrDefault(one => !string.IsNullOrWhiteSpace(one)) ?? Offline;
    }

    private string Known(ModelKind kind) =>
        string.Join(", ", _models.Where(model => model.Kind == kind).Select(model => model.Name).Append(Offline));

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
