using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace WorkflowFunctions.Api.Http;

/// <summary>Checks what requests carry besides their body.</summary>
internal static class RequestParameters
{
    private static readonly string[] s_headers = ["Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID"];

    /// <summary>
    /// Refuses text that PostgreSQL cannot store, in the path, the query or a header, and values of parameters that are outside
    /// of their <see cref="RangeAttribute"/>.
    /// </summary>
    public static TBuilder CheckRequests<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.AddEndpointFilterFactory(static (factory, next) =>
    {
        var ranges = factory.MethodInfo.GetParameters()
            .Select(static (parameter, index) => (parameter, index, range: parameter.GetCustomAttribute<RangeAttribute>()))
            .Where(static checkedParameter => checkedParameter.range is not null)
            .ToArray();
        var parameters = ParametersOf(factory.MethodInfo).ToArray();
        return invocation =>
        {
            CheckText(invocation.HttpContext.Request);
            // An empty value is not its default.
            if (Explain(parameters, invocation.HttpContext.Request.Query) is { } problem)
                throw new ApiException(problem);
            foreach (var (parameter, index, range) in ranges)
            {
                if (!range!.IsValid(invocation.Arguments[index]))
                    throw ApiException.BadParameter(parameter.Name!, $"{invocation.Arguments[index]}", Describe(range));
            }

            return next(invocation);
        };
    });

    /// <summary>Says which parameter of the query has a value that is not of its type; null if it is none.</summary>
    public static ApiProblem? ExplainFailure(Endpoint? endpoint, IQueryCollection query) =>
        Explain(ParametersOf(endpoint?.Metadata.GetMetadata<MethodInfo>()), query);

    private static ApiProblem? Explain(IEnumerable<(string Name, Type Type, object[] Attributes)> parameters, IQueryCollection query)
    {
        foreach (var (name, type, attributes) in parameters)
        {
            if (!query.TryGetValue(name, out var given))
                continue;
            if (type == typeof(bool?) && !bool.TryParse(given.ToString(), out _))
                return ApiException.BadParameter(name, given, "true or false").Problem;
            if (attributes.OfType<RangeAttribute>().FirstOrDefault() is { } range && !IsNumber(type, given.ToString()))
                return ApiException.BadParameter(name, given, Describe(range)).Problem;
        }

        return null;
    }

    private static IEnumerable<(string Name, Type Type, object[] Attributes)> ParametersOf(MethodInfo? handler)
    {
        foreach (var parameter in handler?.GetParameters() ?? [])
        {
            if (parameter.IsDefined(typeof(AsParametersAttribute)))
            {
                foreach (var property in parameter.ParameterType.GetProperties())
                    yield return Named(property.Name, property.PropertyType, property.GetCustomAttributes(inherit: false));
            }
            else
            {
                yield return Named(parameter.Name!, parameter.ParameterType, parameter.GetCustomAttributes(inherit: false));
            }
        }

        static (string, Type, object[]) Named(string name, Type type, object[] attributes) =>
            (attributes.OfType<IFromQueryMetadata>().FirstOrDefault()?.Name ?? name, type, attributes);
    }

    private static bool IsNumber(Type type, string text) => type == typeof(long)
        ? long.TryParse(text, CultureInfo.InvariantCulture, out _)
        : int.TryParse(text, CultureInfo.InvariantCulture, out _);

    private static string Describe(RangeAttribute range) => range.Maximum is double
        ? string.Create(CultureInfo.InvariantCulture, $"a whole number of at least {range.Minimum}")
        : string.Create(CultureInfo.InvariantCulture, $"a whole number from {range.Minimum} to {range.Maximum}");

    private static void CheckText(HttpRequest request)
    {
        Check("path", request.Path.Value);
        foreach (var (name, values) in request.Query)
            Check("query", name + values);
        foreach (var name in s_headers)
            Check($"header {name}", request.Headers[name]);
    }

    private static void Check(string place, string? text)
    {
        if (text is null)
            return;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text, i++))))
                throw new ApiException(ApiProblem.Of(
                    StatusCodes.Status400BadRequest,
                    $"The {place} holds a NUL character or half of a surrogate pair, which PostgreSQL cannot store."));
        }
    }
}
