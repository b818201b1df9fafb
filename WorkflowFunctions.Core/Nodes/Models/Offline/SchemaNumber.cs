using System.Text.Json.Nodes;

namespace WorkflowFunctions.Nodes.Models.Offline;

/// <summary>Makes a number within a schema's bounds.</summary>
internal static class SchemaNumber
{
    private const int UsualRange = 100;

    public static JsonNode Create(SchemaNode schema, Dice dice, bool whole)
    {
        var step = schema.Number("multipleOf") is { } multiple && multiple > 0 ? multiple : whole ? 1m : 0.01m;
        var above = schema.Number("exclusiveMinimum");
        var below = schema.Number("exclusiveMaximum");
        var high = Least(schema.Number("maximum"), below);
        var low = Most(schema.Number("minimum"), above) ?? Math.Min(1, (high ?? UsualRange) - (UsualRange * step));
        high ??= low + (UsualRange * step);

        var first = decimal.Ceiling(low / step);
        if (first * step == above)
            first++;
        var last = decimal.Floor(high.Value / step);
        if (last * step == below)
            last--;
        if (first > last)
        {
            // Bounds closer together than the usual step: any point between them will do.
            if (!whole && schema.Number("multipleOf") is null && low <= high)
                return JsonValue.Create((low + high.Value) / 2);
            throw new ModelException($"The JSON Schema allows no number from {low} to {high}; change its bounds.")
            {
                Model = ModelCatalog.Offline,
            };
        }

        var steps = (int)Math.Min(last - first, UsualRange);
        var number = (first + dice.Next(steps + 1)) * step;
        return whole && number is >= long.MinValue and <= long.MaxValue ? JsonValue.Create((long)number) : JsonValue.Create(number);
    }

    private static decimal? Least(decimal? one, decimal? other) => one is null || other < one ? other : one;

    private static decimal? Most(decimal? one, decimal? other) => one is null || other > one ? other : one;
}
