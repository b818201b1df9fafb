using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowFunctions.Workflows;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Nodes.Settings;

/// <summary>The settings of one node with their templates parsed: rendered once for each attempt.</summary>
internal sealed class SettingsTemplate
{
    private readonly SettingsSchema _schema;
    private readonly IReadOnlyList<(string Name, SettingsPart Part)> _settings;
    private readonly List<(VariablePath Variable, string Pointer)> _variables = [];
    private readonly List<Problem> _problems = [];

    private SettingsTemplate(SettingsSchema schema, JsonElement data)
    {
        _schema = schema;
        _settings = [.. schema.Names
            .Where(name => data.TryGetProperty(name, out _))
            .Select(name => (name, Compile(data.GetProperty(name), "/" + Problem.Escape(name), schema.Property(name))))];
    }

    /// <summary>The variables that the settings read, and where (JSON pointers into <c>data</c>).</summary>
    public IReadOnlyList<(VariablePath Variable, string Pointer)> Variables => _variables;

    /// <summary>What is wrong with the templates themselves.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Whether a secret is read, so that the record needs a rendering of its own.</summary>
    public bool ReadsSecrets => _variables.Any(variable => variable.Variable.Root == "secrets");

    /// <summary>Parses the settings that the schema names; other keys of <paramref name="data"/> are the author's own.</summary>
    public static SettingsTemplate Compile(SettingsSchema schema, JsonElement data) => new(schema, data);

    /// <summary>Renders the settings over values and gives them the types of the schema.</summary>
    /// <exception cref="MissingVariableException">A variable does not exist and has no default.</exception>
    /// <exception cref="LiquidSyntaxException">A template cannot be evaluated.</exception>
    public JsonElement Render(ValueScope scope)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, part) in _settings)
            {
                writer.WritePropertyName(name);
                part.Write(writer, scope);
            }

            writer.WriteEndObject();
        }

        var rendered = JsonElement.Parse(buffer.WrittenSpan, StorableJson.Deep);
        return _variables.Count == 0 ? rendered : _schema.Coerce(rendered);
    }

    private SettingsPart Compile(JsonElement value, string pointer, JsonNode? schema)
    {
        var rules = schema as JsonObject;
        switch (value.ValueKind)
        {
            case JsonValueKind.String when SettingsSchema.IsCondition(schema):
                return Parse(value, pointer, LiquidTemplate.ParseCondition, template => new ConditionPart(template));
            case JsonValueKind.String when LiquidTemplate.IsTemplate(value.GetString()!):
                return Parse(value, pointer, LiquidTemplate.Parse, template => new TemplatePart(template));
            case JsonValueKind.Array when HasTemplate(value):
                return new ArrayPart(
                    [.. value.EnumerateArray().Select((item, index) => Compile(item, $"{pointer}/{index}", rules?["items"]))]);
            case JsonValueKind.Object when HasTemplate(value):
                var properties = SettingsSchema.Properties(rules);
                return new ObjectPart([
                    .. value
                        .EnumerateObject()
                        .Select(member =>
                            (
                                member.Name,
                                Compile(
                                    member.Value, $"{pointer}/{Problem.Escape(member.Name)}",
                                    properties?[member.Name] ?? rules?["additionalProperties"]))),
                ]);
            default:
                return new LiteralPart(value);
        }
    }

    private SettingsPart Parse(
        JsonElement value, string pointer, Func<string, LiquidTemplate> parse, Func<LiquidTemplate, SettingsPart> part)
    {
        try
        {
            var template = parse(value.GetString()!);
            _variables.AddRange(template.Variables.Select(variable => (variable, pointer)));
            return part(template);
        }
        catch (LiquidSyntaxException exception)
        {
            _problems.Add(new Problem(pointer, exception.Message, "a valid Liquid template"));
            return new LiteralPart(value);
        }
    }

    private static bool HasTemplate(JsonElement value) => LiquidTemplate.IsTemplate(value.GetRawText());
}
