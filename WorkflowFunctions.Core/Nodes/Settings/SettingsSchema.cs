using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Nodes.Settings;

/// <summary>
/// The JSON Schema of a node type's settings, made from its settings class, and the checks that it implies. Descriptions and
/// bounds come from <see cref="DescriptionAttribute"/>, <see cref="RangeAttribute"/>, <see cref="AllowedValuesAttribute"/>,
/// <see cref="MinLengthAttribute"/>, <see cref="OneOrMoreAttribute"/> and <see cref="FormatAttribute"/>.
/// </summary>
public sealed class SettingsSchema
{
    /// <summary>How settings are read and written: snake_case, and nothing is taken for what it is not.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        MaxDepth = StorableJson.Deep.MaxDepth,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly JsonObject _schema;

    private SettingsSchema(JsonObject schema) => _schema = schema;

    /// <summary>The names of the settings.</summary>
    public IEnumerable<string> Names => Properties(_schema)?.Select(property => property.Key) ?? [];

    /// <summary>The schema of a settings class.</summary>
    public static SettingsSchema Of<TSettings>()
    {
        var schema = Json.GetJsonSchemaAsNode(typeof(TSettings), new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => SchemaAnnotations.Apply(context, node),
        });
        return new SettingsSchema(schema.AsObject());
    }

    /// <summary>A copy of the schema as JSON (draft 2020-12).</summary>
    public JsonObject ToJson() => _schema.DeepClone().AsObject();

    /// <summary>The schema of one setting; null for a name that is not one.</summary>
    internal JsonNode? Property(string name) => Properties(_schema)?[name];

    /// <summary>Checks a whole settings object.</summary>
    /// <param name="settings">The object.</param>
    /// <param name="isDeferred">
    /// Says of a string whether it is a template, whose value is not known yet; nothing is said against such a string.
    /// </param>
    /// <param name="quote">
    /// Gives the beginning of a value, of the length that it is told, for a person to read; simply that unless given.
    /// </param>
    internal IEnumerable<Problem> Check(JsonElement settings, Func<string, bool> isDeferred, Func<string, int, string>? quote = null) =>
        SchemaCheck.Check(_schema, settings, isDeferred, quote);

    /// <summary>Gives rendered settings the types that the schema asks for, where that loses nothing.</summary>
    internal JsonElement Coerce(JsonElement settings) => SchemaCoercion.Coerce(_schema, settings);

    internal static bool IsCondition(JsonNode? schema) =>
        (schema as JsonObject)?["format"] is JsonValue format && format.GetValue<string>() == FormatAttribute.LiquidCondition;

    internal static JsonObject? Properties(JsonNode? schema) => (schema as JsonObject)?["properties"] as JsonObject;
}
