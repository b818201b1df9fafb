using System.Globalization;
using System.Text.Json;
using DotLiquid;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>Something with members that a template can look into. A missing member reads as null and is noted.</summary>
internal abstract class LiquidObject(LiquidReading reading) : IIndexable, ILiquidizable
{
    /// <summary>The value of a member.</summary>
    public object? this[object key]
    {
        get
        {
            var name = Convert.ToString(key, CultureInfo.InvariantCulture) ?? "";
            if (TryGet(name, out var value))
                return LiquidValues.FromJson(value, reading);
            reading.NoteMissing(name);
            return null;
        }
    }

    /// <summary>Always true: the library is to ask the indexer, which notes what is missing.</summary>
    public bool ContainsKey(object key) => true;

    /// <summary>The whole of it as JSON.</summary>
    public abstract JsonElement ToJson();

    /// <inheritdoc/>
    public object ToLiquid() => this;

    /// <summary>Finds a member.</summary>
    protected abstract bool TryGet(string name, out JsonElement value);
}

/// <summary>A JSON object.</summary>
internal sealed class JsonObjectView(JsonElement json, LiquidReading reading) : LiquidObject(reading)
{
    /// <inheritdoc/>
    public override JsonElement ToJson() => json;

    /// <inheritdoc/>
    protected override bool TryGet(string name, out JsonElement value) => json.TryGetProperty(name, out value);
}

/// <summary>The outputs of nodes by their ids: <c>nodes</c> in a template.</summary>
internal sealed class NodesView(IReadOnlyDictionary<string, JsonElement> outputs, LiquidReading reading) : LiquidObject(reading)
{
    /// <inheritdoc/>
    public override JsonElement ToJson() => JsonSerializer.SerializeToElement(outputs);

    /// <inheritdoc/>
    protected override bool TryGet(string name, out JsonElement value) => outputs.TryGetValue(name, out value);
}
